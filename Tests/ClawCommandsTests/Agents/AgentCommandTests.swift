import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// `openclaw agents …` on the files of an installation.
struct AgentCommandTests {
    private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private func configuration(_ world: CommandRun.World) throws -> JSONValue {
        try JSONParser.parse(
            try AtomicFile.read("\(world.home.path)/.openclaw/openclaw.json").map {
                String(decoding: $0, as: UTF8.self)
            }
                ?? "{}")
    }

    @Test func agentsAreMadeNamedAndBound() async throws {
        var world = try CommandRun.World()
        // The home directory is longer here and shorter there.
        world.width = 300
        var text = ""
        for command in [
            "agents", "agents add Home-Work --emoji W --bind irc --bind irc:work", "agents add Home-Work",
            "agents add main", "agents add ???", "agents add x --workspace /", "agents add x --model nonsense",
            "agents add x --model nowhere/m", "agents add", "agents add x --bind pigeon", "agents list --bindings",
            "agents bindings",
            "agents bind --agent main --bind irc", "agents bind --bind irc", "agents bind --agent home-work --bind irc",
            "agents unbind --agent home-work --bind irc:work --bind irc:nobody", "agents unbind --agent home-work",
            "agents unbind --agent home-work --all", "agents unbind --agent home-work --all",
            "agents set-identity --agent home-work --name Rose --theme calm --avatar https://example.org/r.png",
            "agents set-identity --name Rose", "agents set-identity --agent nobody --name Rose",
            "agents set-identity --agent home-work", "agents set-identity --agent home-work --from-identity",
            "agents set-identity --workspace /nowhere --name x", "agents list", "agents delete home-work",
        ] {
            text += "$ openclaw \(command)\n\(await CommandRun.run(words(command), in: world).transcript)\n"
        }
        expectGolden(text, "agents.txt")
        let listed = try configuration(world)["agents"]?["list"]?.arrayValue ?? []
        #expect(listed.map { $0["id"] } == ["main", "home-work"])
        #expect(
            listed[1]["identity"] == [
                "emoji": "W", "name": "Home-Work", "theme": "calm", "avatar": "https://example.org/r.png",
            ])
    }

    @Test func programsGetJSON() async throws {
        let world = try CommandRun.World()
        var text = ""
        for command in [
            "agents add Work --bind irc --json", "agents list --json", "agents bindings --json",
            "agents bind --agent main --bind irc --json", "agents unbind --agent work --all --json",
            "agents set-identity --agent work --emoji W --json", "agents add --json",
        ] {
            text += "$ openclaw \(command)\n\(await CommandRun.run(words(command), in: world).transcript)\n"
        }
        expectGolden(text, "agents-json.txt")
    }

    @Test func atATerminalItAsks() async throws {
        var world = try CommandRun.World()
        world.answers = ["Work", ""]
        let run = await CommandRun.run("agents", "add", in: world)
        #expect(
            run.output == """
                ? What is the agent called?: ? Where does it work? [$HOME/.openclaw/workspace-work]: \
                The agent work works in $HOME/.openclaw/workspace-work.
                Talk to it: openclaw agent --agent work --message "Hello"

                """)
        #expect(AtomicFile.exists("\(world.home.path)/.openclaw/workspace-work/SOUL.md"))
    }

    @Test func whoIsInTheFileCanBeTakenOver() async throws {
        let world = try CommandRun.World()
        try world.home.write("# Me\n- **Name:** Rose\n- **Emoji:** 🌹\n", to: "me.md")
        let run = await CommandRun.run("agents", "set-identity", "--identity-file", "me.md", in: world)
        #expect(run.output == "The agent main has now: name Rose, emoji 🌹.\n" && run.errors == "")
        #expect(
            try configuration(world)["agents"]?["list"] == [
                ["id": "main", "identity": ["name": "Rose", "emoji": "🌹"]]
            ])
    }

    @Test func deletingAsksFirst() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            request.method == "agents.list"
                ? [ScriptedGateway.ok(request, ["agents": [["id": "work", "name": "Home Work"]]])]
                : [
                    ScriptedGateway.ok(
                        request,
                        [
                            "ok": true, "agentId": "work", "removedBindings": 0, "moved": [],
                            "left": [["path": "/a/b", "reason": "Cannot move /a/b: no."]],
                        ])
                ]
        }
        try await ScriptedGateway.run(script) { server in
            var world = try CommandRun.World(server)
            world.answers = ["n"]
            let refused = await CommandRun.run("agents", "delete", "Work", in: world)
            #expect(refused.output == "? Delete the agent work (Home Work)? [y/N]: ")
            #expect(!server.requests.contains { $0.method == "agents.delete" })
            world.answers = ["y"]
            let done = await CommandRun.run("agents", "delete", "work", "--keep-files", in: world)
            #expect(done.status == 1)
            #expect(done.output.hasSuffix("Deleted the agent work.\n"))
            #expect(done.errors == "Still there: /a/b. Cannot move /a/b: no.\n")
            #expect(
                server.requests.last?.params == ["agentId": "work", "deleteFiles": false])
        }
    }
}
