import ClawCommands
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
                "openclaw gateway probe", "openclaw agent", "openclaw status",
                "openclaw health", "openclaw sessions", "openclaw channels", "openclaw channels status",
                "openclaw pairing", "openclaw pairing list", "openclaw pairing approve", "openclaw devices",
                "openclaw devices list", "openclaw devices approve", "openclaw devices reject",
                "openclaw devices remove", "openclaw devices clear", "openclaw devices rotate",
                "openclaw devices revoke", "openclaw config",
                "openclaw config get", "openclaw config set", "openclaw config unset", "openclaw config file",
                "openclaw config validate", "openclaw logs", "openclaw dashboard",
                "openclaw security", "openclaw security audit", "openclaw models",
                "openclaw models status", "openclaw models list", "openclaw models set", "openclaw models aliases",
                "openclaw models aliases list", "openclaw models aliases add", "openclaw models aliases remove",
                "openclaw models fallbacks", "openclaw models fallbacks list", "openclaw models fallbacks add",
                "openclaw models fallbacks remove", "openclaw models fallbacks clear", "openclaw models auth",
                "openclaw models auth add", "openclaw models auth paste-token", "openclaw models auth order",
                "openclaw models auth order get", "openclaw models auth order set",
                "openclaw models auth order clear", "openclaw onboard", "openclaw configure", "openclaw doctor",
                "openclaw why",
                "openclaw backup", "openclaw backup create", "openclaw backup verify", "openclaw backup restore",
                "openclaw completion",
            ])
    }

    /// Every command that prints data prints it as JSON, too.
    @Test func jsonIsEverywhere() {
        let groups = [
            "openclaw", "openclaw gateway", "openclaw gateway run", "openclaw channels", "openclaw pairing",
            "openclaw devices", "openclaw config", "openclaw security", "openclaw models",
            "openclaw models aliases", "openclaw models fallbacks", "openclaw models auth",
            "openclaw models auth order", "openclaw backup", "openclaw completion",
        ]
        let without = CommandReference.pages().filter { !$0.text.contains("--json") }.map(\.path)
        #expect(without == groups)
    }

    @Test(arguments: [["--help"], ["help", "status"], ["status", "-h"], ["config"], []])
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

    @Test func everyMistakeIsOneSentenceAndAHint() async throws {
        let mistakes = [
            "staus", "status --jsn", "status extra", "status --timeout soon", "status --timeout 0", "agent",
            "agent -m", "agent -m hi --thinking hard", "agent -m hi --session-id a --session-key b", "devices approve",
            "devices approve x --latest", "devices rotate --device d", "config get", "config set a", "config get a..b",
            "config get __proto__", "gateway --port 0", "gateway run --bind everywhere", "gateway run --auth magic",
            "logs --limit 0", "sessions --active 0", "pairing approve", "pairing approve a b c", "why", "--profile",
            "--log-level loud status", "status --url ws://example.org --token t", "status --url http://x --token t",
            "status --url wss://example.org", "why nothing", "config get nothing.here", "config unset nothing.here",
            "config set gateway.port five", "config validate", "pairing approve irc ABCDEFGH",
        ]
        var text = ""
        for mistake in mistakes {
            let run = await CommandRun.run(mistake.split(separator: " ").map(String.init), in: try CommandRun.World())
            #expect(run.status == 1)
            text += "$ openclaw \(mistake)\n\(run.output)\(run.errors)\n"
        }
        expectGolden(text, "mistakes.txt")
    }
}
