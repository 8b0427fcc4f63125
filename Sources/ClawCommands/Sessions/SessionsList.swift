import ArgumentParser
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw sessions list`.
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the sessions, the last used first.",
        discussion: "When no Gateway runs on this machine, the session indexes in the state directory are read.")

    @Option(help: "Only those of this agent.")
    var agent: String?

    @Flag(help: "Those of all agents; so it is also without --agent.")
    var allAgents = false

    @Option(help: ArgumentHelp("Read this session index instead of asking the Gateway.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("Only those used in the last minutes.", valueName: "minutes"))
    var active: Int?

    @Option(help: "At most so many.")
    var limit: Int?

    @Flag(help: "Also show the id of each session.")
    var verbose = false

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if let active, active < 1 { throw ValidationError("--active takes minutes, from 1.") }
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1.") }
        if agent != nil, allAgents { throw ValidationError("--agent and --all-agents exclude each other.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let list = try await find(context)
        if rpc.json { return context.terminal.json(list) }
        let sessions = list["sessions"]?.arrayValue ?? []
        let table = SessionTable.make(sessions, now: context.time.nowMilliseconds, showsID: verbose)
        if table.isEmpty {
            context.terminal.line("There are no sessions yet.")
        } else {
            context.terminal.write(table.rendered(for: context.terminal))
        }
    }

    private func find(_ context: CommandContext) async throws -> JSONValue {
        let filter = StoredSessions.Filter(
            activeMinutes: active, limit: limit, now: context.time.nowMilliseconds)
        if let store { return try await StoredSessions.list([store], filter) }
        let access = try GatewayAccess(rpc)
        var params: JSONObject = ["includeGlobal": true]
        params.set("agentId", agent)
        params.set("activeMinutes", active)
        params.set("limit", limit)
        do {
            return try await access.call("sessions.list", .object(params), scopes: [.read])
        } catch let error as ClawError where access.isOnThisMachine && error.code == .unavailable {
            context.terminal.note(
                TerminalText.clean("\(error.message) Reading the session indexes of this machine."))
            let state = access.installation.location.stateDirectory
            return try await StoredSessions.list(try StoredSessions.indexes(in: state, agent: agent), filter)
        }
    }
}

/// Rows of `sessions.list` as a table.
enum SessionTable {
    static func make(_ sessions: [JSONValue], now: Int64, showsID: Bool = false) -> TextTable {
        let headings = ["KEY", "KIND", "AGE", "MODEL", "TOKENS"]
        var table = TextTable(showsID ? headings + ["ID"] : headings, keepsLast: showsID)
        for session in sessions {
            let age = session["updatedAt"]?.intValue.map { Int(now) - $0 }
            var cells: [TextTable.Cell] = [
                .init(session["key"]?.stringValue ?? "?"), .init(session["kind"]?.stringValue ?? "-", .muted),
                .init(AgeText.short(age)), .init(session["model"]?.stringValue ?? "-"), .init(tokens(session)),
            ]
            if showsID { cells.append(.init(session["sessionId"]?.stringValue ?? "-", .muted)) }
            table.add(cells)
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
