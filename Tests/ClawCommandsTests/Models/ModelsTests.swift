import ClawClientTesting
import ClawSupport
import ClawTestKit
import Testing

struct ModelsTests {
    @Test func modelsAreChosenAndNamed() async throws {
        let world = try CommandRun.World()
        try world.home.write("{\n  // mine\n  gateway: { mode: \"local\" },\n}\n", to: ".openclaw/openclaw.json")
        var text = ""
        for command in [
            "models", "models set openai/gpt-5.2", "models set nonsense/x", "models fallbacks add claude-opus-4-6",
            "models aliases add fast openai/gpt-5-mini", "models aliases", "models fallbacks add fast",
            "models fallbacks",
            "models status --plain", "models list", "models list --plain --provider openai", "models list --json",
            "models fallbacks remove anthropic/claude-opus-4-6", "models fallbacks remove x/y",
            "models aliases remove fast",
            "models aliases remove fast", "models fallbacks clear", "models status --check",
        ] {
            let words = command.split(separator: " ").map(String.init)
            text += "$ openclaw \(command)\n\(await CommandRun.run(words, in: world).transcript)\n"
        }
        text += "--- file\n" + (world.home.read(".openclaw/openclaw.json") ?? "")
        expectGolden(text, "models.txt")
    }

    @Test func aKeyIsStoredWithoutBeingShown() async throws {
        var world = try CommandRun.World()
        world.answers = ["sk-typed-secret"]
        let typed = await CommandRun.run("models", "auth", "add", "--provider", "openai", in: world)
        #expect(typed.status == 0)
        #expect(!typed.output.contains("secret"))
        world.answers = nil
        world.piped = "sk-piped-secret\n"
        let piped = await CommandRun.run(
            "models", "auth", "paste-token", "--provider", "openai", "--profile-id", "openai:work", "--expires-in",
            "2h",
            in: world)
        #expect(
            piped.transcript == """
                exit 0
                --- output
                Stored openai:work in $HOME/.openclaw/agents/main/agent/auth-profiles.json. A running gateway applies it at once.

                """)
        let stored = try JSONParser.parse(
            try #require(world.home.read(".openclaw/agents/main/agent/auth-profiles.json")))
        #expect(
            stored["profiles"]?["openai:default"] == [
                "type": "api_key", "provider": "openai", "key": "sk-typed-secret",
            ])
        #expect(stored["profiles"]?["openai:work"]?["token"] == "sk-piped-secret")
        let status = await CommandRun.run("models", "status", in: world)
        #expect(status.output.contains("the stored profile openai:default"))
        #expect(status.output.contains("openai/gpt-5.2"))
        #expect(!status.output.contains("secret"))
        let soon = await CommandRun.run("models", "status", "--check", in: world)
        #expect(soon.status == 2)
        let order = await CommandRun.run(
            "models", "auth", "order", "set", "--provider", "openai", "openai:work", in: world)
        #expect(order.transcript == "exit 0\n--- output\nopenai:work\n")
        let other = await CommandRun.run("models", "status", "--json", in: world)
        let json = try JSONParser.parse(other.output)
        #expect(
            json["auth"]?["providers"]?.arrayValue?.first == [
                "provider": "openai", "hasKey": true, "source": "the stored profile openai:work",
                "profiles": ["openai:default", "openai:work"],
            ])
        let cleared = await CommandRun.run("models", "auth", "order", "clear", "--provider", "openai", in: world)
        #expect(cleared.output == "openai:default\nopenai:work\n")
    }

    @Test func mistakesAreExplained() async throws {
        let world = try CommandRun.World()
        var text = ""
        for command in [
            "models auth add --provider nobody", "models auth add", "models auth add --provider openai",
            "models auth add --provider openai --profile-id anthropic:x",
            "models auth paste-token --provider openai --expires-in soon",
            "models auth order set --provider openai openai:x", "models aliases add a/b openai/gpt-5.2",
        ] {
            let words = command.split(separator: " ").map(String.init)
            text += "$ openclaw \(command)\n\(await CommandRun.run(words, in: world).transcript)\n"
        }
        expectGolden(text, "models-mistakes.txt")
    }
}
