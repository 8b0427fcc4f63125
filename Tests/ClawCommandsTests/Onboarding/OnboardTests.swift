import ClawSupport
import ClawTestKit
import Testing

struct OnboardTests {
    /// A world in which nobody answers where Ollama would.
    private static func world() throws -> CommandRun.World {
        var world = try CommandRun.World()
        world.environment["OLLAMA_HOST"] = "127.0.0.1:1"
        return world
    }

    @Test func optionsSetEverythingUp() async throws {
        let world = try Self.world()
        try world.home.write("{\n  // mine\n  logging: { level: \"warn\" },\n}\n", to: ".openclaw/openclaw.json")
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--auth-choice", "apiKey", "--anthropic-api-key",
            "sk-ant-given", "--gateway-port", "18800", "--json", in: world)
        #expect(run.status == 0)
        #expect(
            try JSONParser.parse(run.output) == [
                "mode": "local", "workspace": "$HOME/.openclaw/workspace", "authChoice": "apiKey",
                "model": "anthropic/claude-opus-4-6",
                "gateway": ["port": 18800, "bind": "loopback", "authMode": "token", "tailscaleMode": "off"],
                "installDaemon": false, "skipSkills": false, "skipHealth": true,
            ])
        let file = try #require(world.home.read(".openclaw/openclaw.json"))
        #expect(file.contains("// mine") && !file.contains("sk-ant-given"))
        let value = try JSON5Document.parse(file).value
        #expect(value["agents"]?["defaults"]?["model"] == "anthropic/claude-opus-4-6")
        #expect(value["gateway"]?["auth"]?["token"]?.stringValue?.count == 48)
        let stored = try JSONParser.parse(
            try #require(world.home.read(".openclaw/agents/main/agent/auth-profiles.json")))
        #expect(stored["profiles"]?["anthropic:default"]?["key"] == "sk-ant-given")
        let again = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--auth-choice", "apiKey", in: world)
        #expect(again.status == 0)
        #expect(try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value == value)
    }

    @Test func tailscaleIsSetUp() async throws {
        let world = try Self.world()
        let basis = ["onboard", "--non-interactive", "--accept-risk", "--auth-choice", "skip", "--json"]
        let refused = await CommandRun.run(basis + ["--tailscale", "funnel"], in: world)
        #expect(refused.status == 1)
        #expect(
            try JSONParser.parse(refused.errors)["error"]?["message"]?.stringValue?.contains("which takes a password")
                == true,
            "\(refused.errors)")
        let run = await CommandRun.run(basis + ["--tailscale", "serve", "--tailscale-reset-on-exit"], in: world)
        #expect(try JSONParser.parse(run.output)["gateway"]?["tailscaleMode"] == "serve", "\(run.errors)")
        let value = try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value
        #expect(value["gateway"]?["tailscale"] == ["mode": "serve", "resetOnExit": true])
    }

    /// Scripts written for OpenClaw give these options; none is passed over in silence.
    @Test func optionsOfOtherProgramsAreTakenAndAnswered() async throws {
        let world = try Self.world()
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--gemini-api-key", "g-1", "--model", "google/gemini-x",
            "--flow", "quickstart", "--daemon-runtime", "node", "--node-manager", "pnpm", "--skip-channels",
            "--skip-skills", "--skip-ui", in: world)
        #expect(run.status == 0)
        #expect(
            run.errors == """
                --daemon-runtime changes nothing: this program is one executable and needs no runtime.
                --node-manager changes nothing: this program is one executable and needs no runtime.
                --skip-channels changes nothing: there is no such step.
                --skip-skills changes nothing: there is no such step.

                """)
        #expect(!run.output.contains("Dashboard URL"))
        let stored = try JSONParser.parse(
            try #require(world.home.read(".openclaw/agents/main/agent/auth-profiles.json")))
        #expect(stored["profiles"]?["google:default"] == ["type": "api_key", "provider": "google", "key": "g-1"])
    }

    @Test func aTokenHasItsVendorItsNameAndItsEnd() async throws {
        let world = try Self.world()
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--token-provider", "anthropic", "--token", "t-1",
            "--token-profile-id", "anthropic:work", "--token-expires-in", "12h", in: world)
        #expect(run.status == 0, "\(run.errors)")
        let stored = try JSONParser.parse(
            try #require(world.home.read(".openclaw/agents/main/agent/auth-profiles.json")))
        #expect(
            stored["profiles"]?["anthropic:work"] == [
                "type": "token", "provider": "anthropic", "token": "t-1",
                "expires": .int64(world.time.nowMilliseconds + 12 * 3_600_000),
            ])
    }

    @Test func withRefNoKeyIsStored() async throws {
        var world = try Self.world()
        let words = [
            "onboard", "--non-interactive", "--accept-risk", "--auth-choice", "apiKey", "--secret-input-mode", "ref",
        ]
        let missing = await CommandRun.run(words, in: world)
        #expect(missing.status == 1)
        #expect(missing.errors.hasPrefix("error: The environment holds no key of Anthropic.\n"))
        let given = await CommandRun.run(words + ["--anthropic-api-key", "x"], in: world)
        #expect(given.errors.contains("With --secret-input-mode ref the key stands in the environment"))
        world.environment["ANTHROPIC_API_KEY"] = "sk-ant"
        #expect(await CommandRun.run(words, in: world).status == 0)
        #expect(world.home.read(".openclaw/agents/main/agent/auth-profiles.json") == nil)
    }

    @Test func resetMovesWhatWasThereAside() async throws {
        let world = try Self.world()
        try world.home.write("{ gateway: { port: 20000 } }", to: ".openclaw/openclaw.json")
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--reset", "--reset-scope", "config", in: world)
        #expect(run.status == 0)
        #expect(run.errors == "What was there is kept in $HOME/.openclaw.reset-2026-03-01T08-00-00.000Z.\n")
        #expect(
            world.home.read(".openclaw.reset-2026-03-01T08-00-00.000Z/openclaw.json") == "{ gateway: { port: 20000 } }")
        #expect(
            try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value["gateway"]?["port"]
                == nil)
    }

    @Test func aServerOfYourOwnNeedsNoKey() async throws {
        let world = try Self.world()
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--custom-base-url", "http://127.0.0.1:9/v1",
            "--custom-model-id", "m1", "--custom-provider-id", "mine", in: world)
        #expect(run.status == 0)
        let value = try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value
        #expect(
            value["models"]?["providers"]?["mine"] == [
                "baseUrl": "http://127.0.0.1:9/v1", "api": "openai-completions",
                "models": [["id": "m1", "name": "m1"]],
            ])
        #expect(value["agents"]?["defaults"]?["model"] == "mine/m1")
        #expect(run.output.contains("Next: `openclaw gateway run`"))
    }

    @Test func answersSetEverythingUp() async throws {
        var world = try Self.world()
        world.answers = ["maybe", "y", "2", "sk-openai-typed", "", "abc", "18801", "n", "n"]
        let run = await CommandRun.run("onboard", in: world)
        #expect(!run.output.contains("sk-openai-typed"))
        let link = run.output.firstRange(of: "#token=")?.upperBound
        let token = link.map { String(run.output[$0...].prefix(48)) } ?? "-"
        let text = run.transcript.split(separator: token).joined(separator: "TOKEN")
        expectGolden(text, "onboard.txt")
        let value = try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value
        #expect(value["gateway"]?["port"] == 18801)
        #expect(value["agents"]?["defaults"]?["model"] == "openai/gpt-5.2")
    }

    /// A world whose systemd is a script.
    private static func world(_ systemd: ScriptedSystemd) throws -> CommandRun.World {
        var world = try world()
        world.environment["PATH"] = "\(systemd.folder.path):/usr/bin:/bin"
        world.environment["XDG_CONFIG_HOME"] = "\(world.home.path)/.config"
        return world
    }

    private static let unit = ".config/systemd/user/openclaw-gateway.service"

    @Test func theGatewayBecomesAService() async throws {
        let systemd = try ScriptedSystemd()
        let world = try Self.world(systemd)
        let run = await CommandRun.run(
            "onboard", "--non-interactive", "--accept-risk", "--install-daemon", "--gateway-port", "18800", "--json",
            in: world)
        let json = try JSONParser.parse(run.output)
        #expect(json["installDaemon"] == true)
        #expect(json["daemon"] == "installed")
        #expect(world.home.read(Self.unit)?.contains(" gateway --port 18800\n") == true)
        let text = await CommandRun.run("onboard", "--non-interactive", "--accept-risk", "--install-daemon", in: world)
        #expect(text.output.hasSuffix("Next: `openclaw status`, then `openclaw dashboard`.\n"))
        #expect(text.output.contains("The service is installed already and runs.\n"))
    }

    @Test func aServiceIsOfferedWhereThereCanBeOne() async throws {
        let systemd = try ScriptedSystemd()
        var world = try Self.world(systemd)
        world.answers = ["y", "6", "", "", "y"]
        let run = await CommandRun.run("onboard", in: world)
        #expect(run.status == 0)
        #expect(run.output.contains("? Run the Gateway as a service, now and after every start? [Y/n]: "))
        #expect(world.home.read(Self.unit) != nil)
        // Said beforehand it is not asked.
        world.answers = ["y", "6", "", "", "n"]
        let no = await CommandRun.run("onboard", "--skip-daemon", in: world)
        #expect(no.status == 0)
        #expect(!no.output.contains("as a service"))
    }

    @Test func withoutASystemForServicesThatIsSaid() async throws {
        let systemd = try ScriptedSystemd(isReachable: false)
        let world = try Self.world(systemd)
        let run = await CommandRun.run("onboard", "--non-interactive", "--accept-risk", "--install-daemon", in: world)
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("error: The systemd of this user does not answer: "))
        // What was decided is stored all the same.
        #expect(world.home.read(".openclaw/openclaw.json") != nil)
    }

    @Test func whatIsNeededIsAskedForAgainWithTheWayOut() async throws {
        var world = try Self.world()
        world.answers = ["y", "2", "", "sk-typed", "", "", "n", "n"]
        let run = await CommandRun.run("onboard", "--skip-daemon", in: world)
        #expect(run.status == 0)
        let again = "? Key of OpenAI (not shown): \nThis needs an answer. Ctrl-C stops, and nothing is written.\n"
        #expect(run.output.contains(again))
        #expect(world.home.read(".openclaw/agents/main/agent/auth-profiles.json")?.contains("sk-typed") == true)
    }

    @Test func givingUpWritesNothing() async throws {
        var world = try Self.world()
        for answers in [["n"], ["y"], ["y", "2"], ["y", "2", "sk-typed"], ["y", "5"]] {
            world.answers = answers
            let run = await CommandRun.run("onboard", in: world)
            #expect(run.status == 1)
            #expect(run.errors == "Stopped.\n")
            #expect(world.home.read(".openclaw/openclaw.json") == nil)
            #expect(world.home.read(".openclaw/agents/main/agent/auth-profiles.json") == nil)
        }
    }

    @Test(arguments: [["configure"], ["config"], ["config", "wizard"]])
    func aSectionChangesOnlyThat(_ command: [String]) async throws {
        var world = try Self.world()
        world.answers = ["18802"]
        let run = await CommandRun.run(command + ["--section", "gateway"], in: world)
        #expect(run.status == 0)
        let value = try JSON5Document.parse(try #require(world.home.read(".openclaw/openclaw.json"))).value
        #expect(value["gateway"]?["port"] == 18802)
        #expect(value["agents"] == nil && value["models"] == nil)
    }

    @Test func mistakesAreExplained() async throws {
        let world = try Self.world()
        var text = ""
        for command in [
            "onboard", "onboard --non-interactive", "onboard --non-interactive --accept-risk --auth-choice magic",
            "onboard --non-interactive --accept-risk --auth-choice openai-api-key",
            "onboard --non-interactive --accept-risk --auth-choice custom-api-key",
            "onboard --non-interactive --accept-risk --mode remote", "onboard --gateway-port 0",
            "onboard --gateway-bind moon", "configure", "configure --section moon",
        ] {
            let words = command.split(separator: " ").map(String.init)
            text += "$ openclaw \(command)\n\(await CommandRun.run(words, in: world).transcript)\n"
        }
        expectGolden(text, "onboard-mistakes.txt")
        #expect(world.home.read(".openclaw/openclaw.json") == nil)
    }
}
