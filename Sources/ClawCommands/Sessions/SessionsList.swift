import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw sessions`.
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List the sessions, the last used first.")

    @Option(help: "Only those of this agent.")
    var agent: String?

    @Option(help: ArgumentHelp("Only those used in the last minutes.", valueName: "minutes"))
    var active: Int?

    @Option(help: "At most so many.")
    var limit: Int?

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if let active, active < 1 { throw ValidationError("--active takes minutes, from 1.") }
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1.") }
    }

    func run() async throws {
        let context = CommandContext.current
        var params: JSONObject = ["includeGlobal": true]
        params.set("agentId", agent)
        params.set("activeMinutes", active)
        params.set("limit", limit)
        let list = try await GatewayAccess(rpc).call("sessions.list", .object(params), scopes: [.read])
        if rpc.json { return context.terminal.json(list) }
        let table = SessionTable.make(list["sessions"]?.arrayValue ?? [], now: context.time.nowMilliseconds)
        if table.isEmpty {
            context.terminal.line("There are no sessions yet.")
        } else {
            context.terminal.write(table.rendered(for: context.terminal))
        }
    }
}

/// Rows of `sessions.list` as a table.
enum SessionTable {
    static func make(_ sessions: [JSONValue], now: Int64) -> TextTable {
        var table = TextTable(["KEY", "KIND", "AGE", "MODEL", "TOKENS"])
        for session in sessions {
            let age = session["updatedAt"]?.intValue.map { Int(now) - $0 }
            table.add(
                .init(session["key"]?.stringValue ?? "?"), .init(session["kind"]?.stringValue ?? "-", .muted),
                .init(AgeText.short(age)), .init(session["model"]?.stringValue ?? "-"), .init(tokens(session)))
        }
        return table
    }

    /// Tokens used of the model's window, as far as both are known.
    private static func tokens(_ session: JSONValue) -> String {
        guard let total = session["totalTokens"]?.intValue else { return "-" }
        guard let window = session["contextTokens"]?.intValue, window > 0 else { return "\(total)" }
        return "\(total)/\(window) (\(min(999, total * 100 / window))%)"
    }
}
