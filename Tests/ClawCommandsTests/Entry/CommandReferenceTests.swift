import ClawCommands
import ClawSupport
import ClawTestKit
import Testing

struct CommandReferenceTests {
    /// `make docs` writes the page; this test finds it stale.
    @Test func theReferencePageIsThatOfTheCommands() {
        expectGolden(CommandReference.markdown(), "../../../../docs/cli.md")
    }

    @Test func theCommandsOfTheReferenceAreThere() {
        #expect(
            CommandReference.pages().map(\.path) == [
                "openclaw", "openclaw gateway", "openclaw gateway run", "openclaw gateway status",
                "openclaw gateway install", "openclaw gateway uninstall", "openclaw gateway start",
                "openclaw gateway stop", "openclaw gateway restart", "openclaw gateway call", "openclaw gateway health",
                "openclaw gateway probe", "openclaw gateway usage-cost", "openclaw agent",
                "openclaw agents", "openclaw agents list", "openclaw agents add", "openclaw agents set-identity",
                "openclaw agents delete", "openclaw agents bindings", "openclaw agents bind", "openclaw agents unbind",
                "openclaw status", "openclaw health", "openclaw system", "openclaw system event",
                "openclaw system presence", "openclaw system heartbeat", "openclaw system heartbeat last",
                "openclaw sessions", "openclaw sessions list", "openclaw sessions cleanup",
                "openclaw usage",
                "openclaw channels", "openclaw channels status", "openclaw channels list", "openclaw channels logs",
                "openclaw channels logout",
                "openclaw pairing", "openclaw pairing list", "openclaw pairing approve", "openclaw devices",
                "openclaw devices list", "openclaw devices approve", "openclaw devices reject",
                "openclaw devices remove", "openclaw devices clear", "openclaw devices rotate",
                "openclaw devices revoke", "openclaw config",
                "openclaw config get", "openclaw config set", "openclaw config unset", "openclaw config file",
                "openclaw config validate", "openclaw config wizard", "openclaw logs", "openclaw dashboard",
                "openclaw qr",
                "openclaw security", "openclaw security audit", "openclaw secrets", "openclaw secrets audit",
                "openclaw secrets reload", "openclaw models",
                "openclaw models status", "openclaw models list", "openclaw models set", "openclaw models aliases",
                "openclaw models aliases list", "openclaw models aliases add", "openclaw models aliases remove",
                "openclaw models fallbacks", "openclaw models fallbacks list", "openclaw models fallbacks add",
                "openclaw models fallbacks remove", "openclaw models fallbacks clear", "openclaw models auth",
                "openclaw models auth add", "openclaw models auth paste-token", "openclaw models auth order",
                "openclaw models auth order get", "openclaw models auth order set",
                "openclaw models auth order clear", "openclaw setup", "openclaw onboard", "openclaw configure",
                "openclaw doctor",
                "openclaw why",
                "openclaw backup", "openclaw backup create", "openclaw backup verify", "openclaw backup restore",
                "openclaw reset", "openclaw uninstall", "openclaw completion",
            ])
    }

    /// Every command that prints data prints it as JSON, too.
    @Test func jsonIsEverywhere() {
        let groups = [
            "openclaw", "openclaw gateway", "openclaw gateway run", "openclaw agents", "openclaw system",
            "openclaw system heartbeat", "openclaw sessions", "openclaw channels",
            "openclaw pairing", "openclaw devices", "openclaw config", "openclaw security", "openclaw secrets",
            "openclaw models",
            "openclaw models aliases", "openclaw models fallbacks", "openclaw models auth",
            "openclaw models auth order", "openclaw backup", "openclaw completion",
        ]
        let without = CommandReference.pages().filter { !$0.text.contains("--json") }.map(\.path)
        #expect(without == groups)
    }

    @Test(arguments: [["--help"], ["help", "status"], ["status", "-h"], ["devices"], []])
    func helpIsPrintedAndNoError(_ words: [String]) async throws {
        let run = await CommandRun.run(words, in: try CommandRun.World())
        #expect(run.status == 0)
        #expect(run.output.contains("USAGE: openclaw"))
        #expect(run.errors == "")
    }

    @Test(arguments: ["--version", "-V", "-v"])
    func theVersionIsPrinted(_ option: String) async throws {
        let run = await CommandRun.run(option, in: try CommandRun.World())
        #expect(run.transcript == "exit 0\n--- output\n2026.3.3\n")
    }

    private static let mistakes = [
        "staus", "status --jsn", "status --profle x", "status --frobnicate", "status --no-colour", "gateway --prt=5",
        "sessions --jsn", "sessions clenup", "sessions cleanup --dry-run --enforce", "usage --by week",
        "usage --days 0",
        "usage --start-date 2026-03-01", "status extra", "status --timeout soon", "status --timeout 0", "agent",
        "agent -m", "agent -m hi --thinking hard", "agent -m hi --session-id a --session-key b", "devices approve",
        "devices approve x --latest", "devices rotate --device d", "config get", "config set a", "config get a..b",
        "config get __proto__", "gateway --port 0", "gateway run --bind everywhere", "gateway run --auth magic",
        "logs --limit 0", "sessions --active 0", "pairing approve", "pairing approve a b c", "why", "--profile",
        "--log-level loud status", "status --url ws://example.org --token t", "status --url http://x --token t",
        "status --url wss://example.org", "why nothing", "config get nothing.here", "config unset nothing.here",
        "config set gateway.port five", "config validate", "pairing approve irc ABCDEFGH",
    ]

    @Test func everyMistakeIsOneSentenceAndAHint() async throws {
        var text = ""
        for mistake in Self.mistakes {
            let run = await CommandRun.run(mistake.split(separator: " ").map(String.init), in: try CommandRun.World())
            #expect(run.status == 1)
            text += "$ openclaw \(mistake)\n\(run.output)\(run.errors)\n"
        }
        expectGolden(text, "mistakes.txt")
    }

    /// The same sentences as one object, on standard error; standard output holds nothing.
    @Test(arguments: [
        "staus", "status --jsn", "status extra", "agent", "agent -m hi --thinking hard", "config get a..b",
        "why nothing",
        "--profile", "--log-level loud status", "status --url http://x --token t", "config unset nothing.here",
        "pairing approve irc ABCDEFGH",
    ])
    func aMistakeIsAnObjectForPrograms(_ mistake: String) async throws {
        let words = mistake.split(separator: " ").map(String.init)
        let text = await CommandRun.run(words, in: try CommandRun.World())
        let run = await CommandRun.run(words + ["--json"], in: try CommandRun.World())
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors.count { $0 == "\n" } == 1)
        let object = try JSONParser.parse(run.errors)
        #expect(object["ok"] == false)
        #expect(object["error"]?["code"]?.stringValue?.isEmpty == false)
        let lines = [object["error"]?["message"], object["error"]?["hint"]].compactMap { $0?.stringValue }
        #expect(text.errors == "error: " + lines.map { $0 + "\n" }.joined())
    }

    @Test func everyExitCodeIsInTheTable() {
        let page = CommandReference.markdown()
        for status in ExitStatus.allCases { #expect(page.contains("| \(status.rawValue) | ")) }
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2])
    }

    @Test(arguments: ["models status", "reset"], [40, 80, 120])
    func helpFitsTheTerminal(_ command: String, _ width: Int) async throws {
        var world = try CommandRun.World()
        world.width = width
        let run = await CommandRun.run(command.split(separator: " ").map(String.init) + ["--help"], in: world)
        #expect(run.status == 0)
        // The line of usage stays one, to be copied; a word that is longer than its column stays whole.
        for line in run.output.split(separator: "\n") where !line.hasPrefix("USAGE: ") {
            let isOneWord = line.split(separator: " ").count < 3
            #expect(line.count <= width || isOneWord, "\(line)")
        }
    }
}
