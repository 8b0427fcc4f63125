import ClawClientTesting
import ClawCommands
import ClawDaemon
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// The rows of the scope matrix for commands: what each one asks a Gateway for, what it calls, and what a caller is told whom the
/// Gateway lets do less. Who may call what is taken from the table that the Gateway answers by.
@Suite(.timeLimit(.minutes(10))) struct CommandScopeTests {
    /// Commands that ask a Gateway, with the words that make them do it.
    private static let asking = [
        ("gateway status", ""), ("gateway call", "sessions.list"), ("gateway health", ""), ("gateway probe", ""),
        ("gateway usage-cost", ""), ("agent", "-m Hello"), ("status", "--deep --usage"), ("health", "--verbose"),
        ("sessions list", ""), ("sessions cleanup", "--enforce"), ("usage", ""), ("channels status", ""),
        ("channels logs", ""), ("channels logout", "--channel irc"), ("system event", "--text Done."),
        ("system presence", ""), ("system heartbeat last", ""), ("agents delete", "work --force"),
        ("devices list", ""), ("devices approve", "r-old"), ("devices reject", "r-new"), ("devices remove", "cc"),
        ("devices clear", "--yes --pending"), ("devices rotate", "--device cc --role operator"),
        ("devices revoke", "--device cc --role operator"), ("logs", ""), ("security audit", "--deep"),
        ("secrets reload", ""),
        ("doctor", "--non-interactive"),
    ]

    /// Commands that work on files, and the words with which a test can run them.
    private static let local: [(String, String?)] = [
        ("pairing list", ""), ("pairing approve", "ABCD2345"), ("config get", "gateway.port"),
        ("config set", "gateway.port 5"), ("config unset", "gateway.port"), ("config file", ""),
        ("config validate", ""),
        ("channels list", ""), ("agents list", ""), ("agents add", "x"), ("agents set-identity", "--name x"),
        ("agents bindings", ""), ("agents bind", "--bind irc"), ("agents unbind", "--all"),
        ("dashboard", "--no-open"), ("qr", "--setup-code-only"), ("models status", ""), ("models list", ""),
        ("models set", "demo/scripted"), ("models aliases list", ""), ("models aliases add", "x demo/scripted"),
        ("models aliases remove", "x"), ("models fallbacks list", ""), ("models fallbacks add", "demo/scripted"),
        ("models fallbacks remove", "demo/scripted"), ("models fallbacks clear", ""), ("models auth add", nil),
        ("models auth paste-token", nil), ("models auth order get", "--provider openai"),
        ("models auth order set", "--provider openai x"), ("models auth order clear", "--provider openai"),
        ("secrets audit", ""),
        ("setup", ""), ("why", "w1"), ("backup create", nil), ("backup verify", "none"), ("backup restore", nil),
        ("completion", "--shell bash"),
        // These change the machine, or go on until somebody answers.
        ("gateway run", nil), ("gateway install", nil), ("gateway uninstall", nil), ("gateway start", nil),
        ("gateway stop", nil), ("gateway restart", nil), ("onboard", nil), ("configure", nil), ("config wizard", nil),
        ("reset", nil),
        ("uninstall", nil),
    ]

    private static let grants: [Scope?] = [.admin, .read, .write, .approvals, .pairing, nil]

    /// A new command has to say here whether it asks a Gateway.
    @Test func everyCommandIsInTheMatrix() {
        let pages = CommandReference.pages().map(\.path)
        let leaves = pages.filter { page in !pages.contains { $0.hasPrefix("\(page) ") } }
        let known = Self.asking.map(\.0) + Self.local.map(\.0)
        #expect(Set(known).count == known.count)
        #expect(Set(leaves.map { String($0.dropFirst("openclaw ".count)) }) == Set(known))
    }

    @Test func s35_theMatrixOfCommandsIsTheAgreedOne() async throws {
        let rows = try await MethodReference().rows
        let access = Dictionary(rows.map { ($0.name, $0.access) }) { first, _ in first }
        var text = """
            Command: the scopes that it asks for and the methods that it calls; then, for each scope that the Gateway grants
            instead, how it ends, with what it writes to standard error.

            """
        for (command, words) in Self.asking {
            text += "\nopenclaw \(command)\(words.isEmpty ? "" : " \(words)")\n"
            var endings: [(grants: [String], text: String)] = []
            for grant in Self.grants {
                let seen = try await Self.run(command, words, grant, access)
                if grant == .admin { text += seen.asked }
                let name = grant?.rawValue ?? "(no scope)"
                if let position = endings.firstIndex(where: { $0.text == seen.ending }) {
                    endings[position].grants.append(name)
                } else {
                    endings.append(([name], seen.ending))
                }
            }
            for ending in endings { text += "  \(ending.grants.joined(separator: ", ")): \(ending.text)\n" }
        }
        text += "\nCommands that ask no Gateway: \(Self.local.map(\.0).sorted().joined(separator: ", ")).\n"
        expectGolden(text, "command-scopes.txt")
    }

    /// What the command asked of the Gateway, and how it ended.
    private static func run(
        _ command: String, _ words: String, _ grant: Scope?, _ access: [String: MethodAccess]
    ) async throws -> (asked: String, ending: String) {
        try await ScriptedGateway.run(script(grant.map { [$0] } ?? [], access)) { server in
            let run = await CommandRun.run(split("\(command) \(words)"), in: try world(server))
            let connects = server.requests.filter { $0.method == "connect" }
            let scopes = connects.flatMap { $0.params["scopes"]?.arrayValue ?? [] }.compactMap(\.stringValue)
            let methods = Set(server.requests.map(\.method)).subtracting(["connect"])
            let told = run.errors.split(separator: "\n").map { "\n    \($0)" }.joined()
            return (
                "  asks for \(Set(scopes).sorted().joined(separator: ", "))\n"
                    + "  calls \(methods.sorted().joined(separator: ", "))\n", "exit \(run.status)\(told)"
            )
        }
    }

    /// A Gateway that answers what `scopes` allow, and refuses the rest in its own words.
    private static func script(_ scopes: [Scope], _ access: [String: MethodAccess]) -> ScriptedGateway.Script {
        var script = ScriptedAnswers.script
        let answer = script.answer
        script.answer = { request in
            let need = access[request.method] ?? .admin
            if let refusal = need.refusal(role: .operator, scopes: scopes) {
                return [ScriptedGateway.refusal(request, WireError(.invalidRequest, refusal))]
            }
            guard request.method == "agent" else { return answer(request) }
            return [
                ScriptedGateway.ok(request, ["runId": "r", "status": "accepted"]),
                ScriptedGateway.ok(
                    request,
                    ["runId": "r", "status": "ok", "result": ["payloads": [["text": "Hello."]]]]),
            ]
        }
        return script
    }

    /// Commands without a Gateway leave it alone.
    @Test func whatNeedsNoGatewayAsksNone() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            for (command, words) in Self.local {
                guard let words else { continue }
                _ = await CommandRun.run(Self.split("\(command) \(words)"), in: try Self.world(server))
                #expect(server.requests.isEmpty, "\(command)")
            }
        }
    }

    private static func world(_ server: ScriptedGateway) throws -> CommandRun.World {
        var world = try CommandRun.World(server)
        // Wide enough that nothing depends on how long the names of folders are.
        world.width = 400
        world.environment["PATH"] = ""
        return world
    }

    private static func split(_ words: String) -> [String] { words.split(separator: " ").map(String.init) }
}
