import ClawCommands
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

/// `gateway install` and its companions against a `systemctl` that answers as the real one.
struct ServiceCommandTests {
    /// Held, so that no other test comes to listen there while nobody should.
    private let port: BoundPort

    init() throws { port = try BoundPort() }

    /// A home with a configuration that may run a Gateway, on a port where nobody listens.
    private func world(_ systemd: ScriptedSystemd) throws -> CommandRun.World {
        var world = try CommandRun.World()
        world.environment = [
            "PATH": "\(systemd.folder.path):/usr/bin:/bin", "USER": "ann",
            "XDG_CONFIG_HOME": "\(world.home.path)/.config", "OPENCLAW_GATEWAY_PORT": "\(port.number)",
        ]
        try world.home.write("{ gateway: { mode: \"local\" } }\n", to: ".openclaw/openclaw.json")
        return world
    }

    private static let unit = ".config/systemd/user/openclaw-gateway.service"

    @Test func theWholeLifeOfAService() async throws {
        let systemd = try ScriptedSystemd()
        let world = try world(systemd)
        var text = ""
        let commands = [
            "gateway start", "gateway stop", "gateway install", "gateway install", "gateway install --port 5000",
            "gateway install --port 5000 --force", "gateway stop", "gateway stop", "gateway start",
            "gateway restart --json",
            "daemon uninstall", "gateway uninstall", "gateway uninstall --json",
        ]
        for command in commands {
            let run = await CommandRun.run(command.split(separator: " ").map(String.init), in: world)
            let calls = try systemd.takeCalls().filter { !$0.contains(" show ") }
            text += "$ openclaw \(command)\n\(run.transcript)\(calls.map { "> \($0)\n" }.joined())\n"
        }
        expectGolden(text, "service-life.txt")
    }

    @Test func theUnitIsForItsOwnerAndHoldsNoSecret() async throws {
        let systemd = try ScriptedSystemd(lingers: true)
        var world = try world(systemd)
        world.environment["OPENCLAW_GATEWAY_TOKEN"] = "environment-secret"
        world.environment["ANTHROPIC_API_KEY"] = "vendor-secret"
        world.environment["HTTPS_PROXY"] = "http://proxy.example:3128"
        let run = await CommandRun.run("gateway", "install", "--port", "18789", "--token", "command-secret", in: world)
        #expect(run.status == 0)
        #expect(
            run.errors == "note: ANTHROPIC_API_KEY is set in this shell only; the service reads it from "
                + "$HOME/.openclaw/.env.\n")
        let unit = try #require(world.home.read(Self.unit))
        #expect(!unit.contains("secret"))
        #expect(AtomicFile.mode(of: "\(world.home.path)/\(Self.unit)") == 0o600)
        expectGolden(unit.replacing(world.home.path, with: "$HOME"), "openclaw-gateway.service")
        #expect(world.home.read(".openclaw/openclaw.json")?.contains("command-secret") == true)
    }

    @Test func whatSomebodyElseWroteIsKept() async throws {
        let systemd = try ScriptedSystemd()
        let world = try world(systemd)
        let theirs = "[Service]\nExecStart=/usr/bin/node /opt/openclaw/index.js gateway --port 18789\n"
        try world.home.write(theirs, to: Self.unit)
        for command in ["install", "uninstall"] {
            let run = await CommandRun.run("gateway", command, in: world)
            #expect(run.status == 1)
            #expect(
                run.errors.hasPrefix("error: $HOME/\(Self.unit) was not written by this program.\nLook at it first;"))
            #expect(world.home.read(Self.unit) == theirs)
        }
        #expect(try systemd.takeCalls().allSatisfy { $0.contains(" show ") })
        #expect(await CommandRun.run("gateway", "install", "--force", in: world).status == 0)
        #expect(await CommandRun.run("gateway", "install", "--force", "--port", "5000", in: world).status == 0)
        #expect(world.home.read("\(Self.unit).bak") == theirs)
        #expect(world.home.read("\(Self.unit).bak.1")?.contains("openclaw gateway --port") == true)
    }

    @Test func aProfileHasAServiceOfItsOwn() async throws {
        let systemd = try ScriptedSystemd()
        let world = try world(systemd)
        try world.home.write("{ gateway: { mode: \"local\" } }\n", to: ".openclaw-work/openclaw.json")
        let run = await CommandRun.run("--profile", "work", "gateway", "install", in: world)
        #expect(run.status == 0)
        let unit = try #require(world.home.read(".config/systemd/user/openclaw-gateway-work.service"))
        #expect(unit.contains("\nDescription=OpenClaw Gateway (profile: work, v2026.3.3)\n"))
        #expect(unit.contains("\nEnvironment=OPENCLAW_PROFILE=work\n"))
        #expect(unit.contains("\nEnvironment=OPENCLAW_SYSTEMD_UNIT=openclaw-gateway-work.service\n"))
        #expect(world.home.read(Self.unit) == nil)
    }

    @Test func aMachineWithoutSystemdIsToldSoAndNothingIsChanged() async throws {
        let systemd = try ScriptedSystemd(isReachable: false)
        var world = try world(systemd)
        let before = world.home.read(".openclaw/openclaw.json")
        var run = await CommandRun.run("gateway", "install", "--token", "x", in: world)
        #expect(
            run.transcript == """
                exit 1
                --- errors
                error: The systemd of this user does not answer: Failed to connect to bus: No medium found
                Log in as this user itself, not with su or sudo; on a server run `loginctl enable-linger` first. \
                In a container run `openclaw gateway run` instead.

                """)
        run = await CommandRun.run("gateway", "install", "--json", in: world)
        let json = try JSONParser.parse(run.output)
        #expect(run.status == 1)
        #expect(json["ok"] == false)
        #expect(json["action"] == "install")
        #expect(json["error"] == "The systemd of this user does not answer: Failed to connect to bus: No medium found")
        world.environment["PATH"] = "/nowhere"
        run = await CommandRun.run("gateway", "install", in: world)
        #expect(run.errors.hasPrefix("error: This machine has no systemd, so the Gateway cannot be a service of it.\n"))
        #expect(world.home.read(".openclaw/openclaw.json") == before)
        #expect(world.home.read(Self.unit) == nil)
    }

    @Test func aMachineThatIsNotSetUpIsNotMadeAService() async throws {
        let world = try world(try ScriptedSystemd())
        try world.home.write("{}\n", to: ".openclaw/openclaw.json")
        let run = await CommandRun.run("gateway", "install", in: world)
        #expect(
            run.errors == "error: gateway.mode is not \"local\": this machine is not set up to run a Gateway.\n"
                + "Run: openclaw config set gateway.mode local\n")
        try world.home.write("{ gateway: { port: \"x\" } }\n", to: ".openclaw/openclaw.json")
        #expect(await CommandRun.run("gateway", "install", in: world).errors.contains("The configuration is not valid"))
    }

    @Test func statusTellsOfEveryPartWithoutAGateway() async throws {
        let systemd = try ScriptedSystemd()
        var world = try world(systemd)
        world.environment["TMPDIR"] = world.home.path
        world.width = 200
        #expect(await CommandRun.run("gateway", "install", in: world).status == 0)
        try world.home.write(
            "[Service]\nExecStart=/opt/clawdbot gateway\n", to: ".config/systemd/user/clawdbot.service")
        let run = await CommandRun.run("gateway", "status", "--deep", in: world)
        expectGolden(
            run.transcript.replacing(
                "--port \(world.environment["OPENCLAW_GATEWAY_PORT"] ?? "")", with: "--port PORT"
            ).replacing("port=\(world.environment["OPENCLAW_GATEWAY_PORT"] ?? "")", with: "port=PORT"),
            "gateway-status.txt")
        let json = try JSONParser.parse(await CommandRun.run("gateway", "status", "--json", in: world).output)
        #expect(json["service"]?["runtime"]?["status"] == "running")
        #expect(json["service"]?["runtime"]?["pid"] == 4711)
        #expect(json["config"]?["mismatch"] == false)
        #expect(json["port"]?["status"] == "free")
        #expect(json["rpc"]?["ok"] == false)
        #expect(json["extraServices"] == [])
        let quiet = try JSONParser.parse(
            await CommandRun.run("gateway", "status", "--json", "--no-probe", in: world).output)
        #expect(quiet["rpc"] == nil)
    }
}
