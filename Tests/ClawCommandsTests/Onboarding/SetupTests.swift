import ClawSupport
import ClawTestKit
import Testing

struct SetupTests {
    @Test func everythingIsMadeOnceAndStays() async throws {
        let world = try CommandRun.World()
        let first = await CommandRun.run("setup", in: world)
        #expect(
            first.transcript == """
                exit 0
                --- output
                Wrote $HOME/.openclaw/openclaw.json
                Workspace OK: $HOME/.openclaw/workspace (new: AGENTS.md, SOUL.md, TOOLS.md, IDENTITY.md, USER.md, \
                HEARTBEAT.md, BOOTSTRAP.md)
                Sessions OK: $HOME/.openclaw/agents/main/sessions
                Next: `openclaw onboard` sets up a model, `openclaw gateway run` starts the Gateway.

                """)
        let file = try #require(world.home.read(".openclaw/openclaw.json"))
        #expect(try JSON5Document.parse(file).value["gateway"]?["mode"] == "local")
        #expect(AtomicFile.mode(of: "\(world.home.path)/.openclaw/agents/main/sessions") == 0o700)
        try world.home.write("mine", to: ".openclaw/workspace/AGENTS.md")
        let second = await CommandRun.run("setup", "--json", in: world)
        #expect(
            try JSONParser.parse(second.output) == [
                "config": "$HOME/.openclaw/openclaw.json", "wrote": false, "workspace": "$HOME/.openclaw/workspace",
                "created": [], "sessions": "$HOME/.openclaw/agents/main/sessions",
            ])
        #expect(world.home.read(".openclaw/openclaw.json") == file)
        #expect(world.home.read(".openclaw/workspace/AGENTS.md") == "mine")
    }

    @Test func aWorkspaceCanBeChosen() async throws {
        let world = try CommandRun.World()
        let run = await CommandRun.run("setup", "--workspace", "work", in: world)
        #expect(run.status == 0)
        #expect(world.home.read("work/AGENTS.md") != nil)
        let file = try #require(world.home.read(".openclaw/openclaw.json"))
        let value = try JSON5Document.parse(file).value
        #expect(value["agents"]?["defaults"]?["workspace"] == .string("\(world.home.path)/work"))
    }

    @Test func aConfigurationThatIsWrongIsLeftAlone() async throws {
        let world = try CommandRun.World()
        try world.home.write("{ gateway: ", to: ".openclaw/openclaw.json")
        let run = await CommandRun.run("setup", in: world)
        #expect(run.status == 1)
        #expect(world.home.read(".openclaw/openclaw.json") == "{ gateway: ")
        #expect(world.home.read(".openclaw/workspace/AGENTS.md") == nil)
    }

    @Test func anOptionOfTheOnboardingIsTheOnboarding() async throws {
        let world = try CommandRun.World()
        let refused = await CommandRun.run("setup", "--non-interactive", in: world)
        #expect(refused.errors.hasPrefix("error: --non-interactive needs --accept-risk.\n"))
        let run = await CommandRun.run(
            "setup", "--non-interactive", "--accept-risk", "--remote-url", "wss://gateway.example.net",
            "--remote-token=-dash", in: world)
        #expect(run.status == 0)
        let file = try #require(world.home.read(".openclaw/openclaw.json"))
        let gateway = try JSON5Document.parse(file).value["gateway"]
        #expect(gateway?["mode"] == "remote")
        #expect(gateway?["remote"] == ["url": "wss://gateway.example.net", "token": "-dash"])
    }
}
