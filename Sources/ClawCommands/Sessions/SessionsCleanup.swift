import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawStore
import ClawSupport

/// `openclaw sessions cleanup`.
struct SessionsCleanup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup", abstract: "Remove sessions that were not used for long; their transcripts stay aside.",
        discussion: """
            What counts as long, and how many may stay, are session.maintenance.pruneAfter and .maxEntries. With \
            session.maintenance.mode "warn" (the usual) it only tells; --enforce does it. Main sessions always stay, and a \
            transcript is kept as <file>.deleted.<time>.
            """)

    @Option(help: "Only the sessions of this agent.")
    var agent: String?

    @Flag(help: "Those of all agents; so it is also without --agent.")
    var allAgents = false

    @Flag(help: "Only tell what would be done.")
    var dryRun = false

    @Flag(help: "Do it whatever session.maintenance.mode says.")
    var enforce = false

    @Flag(help: "Also remove sessions whose transcript is gone; for a Gateway on this machine.")
    var fixMissing = false

    @Option(help: ArgumentHelp("A session that stays.", valueName: "key"))
    var activeKey: String?

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if agent != nil, allAgents { throw ValidationError("--agent and --all-agents exclude each other.") }
        if dryRun, enforce { throw ValidationError("--dry-run and --enforce exclude each other.") }
    }

    /// What becomes of the sessions of one agent.
    private struct Store {
        var agent: AgentID
        var path: String
        var before: Int
        var removals: [SessionSweep.Removal]
        /// Those that were used after they were judged, and stayed.
        var cameBack: [String] = []

        func count(_ reason: SessionSweep.Reason) -> Int { removals.count { $0.reason == reason } }

        var json: JSONValue {
            [
                "agentId": .string(agent.rawValue), "storePath": .string(path), "beforeCount": .int(before),
                "afterCount": .int(before - removals.count), "missing": .int(count(.missing)),
                "pruned": .int(count(.pruned)), "capped": .int(count(.capped)),
                "removed": .array(
                    removals.map { ["key": .string($0.key), "reason": .string($0.reason.rawValue)] }),
                "cameBack": .strings(cameBack),
            ]
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        if fixMissing, !access.isOnThisMachine {
            throw ClawError(
                .invalidRequest, "--fix-missing looks at files, and the Gateway is another machine's.",
                hint: "Run it there.")
        }
        let settings = access.installation.snapshot.configuration.session.maintenance
        let judging = try sweep(settings)
        let isDone = !dryRun && (enforce || settings.mode == .enforce)
        let stores = try await access.connect(scopes: isDone ? [.read, .admin] : [.read]) { client in
            var sweep = judging
            if let activeKey {
                // One that does not exist protects nothing, and the Gateway says so.
                sweep.activeKey = try await client.request("sessions.resolve", ["key": .string(activeKey)])["key"]?
                    .stringValue
            }
            var params: JSONObject = ["includeGlobal": true]
            params.set("agentId", agent)
            let list = try await client.request("sessions.list", .object(params))
            var stores = judge(
                list, sweep, StateDirectory(root: access.installation.location.stateDirectory),
                now: context.time.nowMilliseconds)
            if isDone {
                for position in stores.indices { try await Self.remove(&stores[position], client) }
            }
            return stores
        }
        if rpc.json {
            return context.terminal.json([
                "allAgents": .bool(agent == nil), "mode": .string(enforce ? "enforce" : settings.mode.rawValue),
                "dryRun": .bool(!isDone), "stores": .array(stores.map(\.json)),
            ])
        }
        Self.write(stores, isDone: isDone, to: context.terminal)
    }

    private func sweep(_ settings: SessionConfiguration.Maintenance) throws(ClawError) -> SessionSweep {
        guard let pruneAfter = DurationText.milliseconds(settings.pruneAfter, unit: .days) else {
            throw ClawError(
                .configInvalid, "session.maintenance.pruneAfter \"\(settings.pruneAfter)\" is no duration.",
                hint: "Write it as 30d, 12h or 1h30m.")
        }
        return SessionSweep(pruneAfter: pruneAfter, maxEntries: settings.maxEntries, activeKey: nil)
    }

    /// Removes what was judged, but not what was used since.
    private static func remove(_ store: inout Store, _ client: GatewayClient) async throws {
        var removed: [SessionSweep.Removal] = []
        for removal in store.removals {
            let answer = try await client.request(
                "sessions.delete",
                [
                    "key": .string(removal.key), "deleteTranscript": true,
                    "unlessUpdatedAfter": .int64(removal.updatedAt ?? 0),
                ])
            if answer["deleted"] == false { store.cameBack.append(removal.key) } else { removed.append(removal) }
        }
        store.removals = removed
    }

    private func judge(
        _ list: JSONValue, _ sweep: SessionSweep, _ directory: StateDirectory, now: Int64
    ) -> [Store] {
        var byAgent: [AgentID: [SessionSweep.Session]] = [:]
        for row in list["sessions"]?.arrayValue ?? [] {
            // A session that belongs to no agent, such as the global one, is never removed.
            guard let key = row["key"]?.stringValue, let agent = SessionKey(canonical: key).agent else { continue }
            var session = SessionSweep.Session(
                key: key, updatedAt: row["updatedAt"]?.quantityValue.flatMap { $0 > 0 ? Int64($0) : nil })
            if fixMissing, let id = row["sessionId"]?.stringValue, let path = directory.transcriptPath(agent, id) {
                session.hasTranscript = AtomicFile.exists(path)
            }
            byAgent[agent, default: []].append(session)
        }
        return byAgent.sorted { $0.key.rawValue < $1.key.rawValue }.map { agent, sessions in
            Store(
                agent: agent, path: directory.sessionIndexPath(agent), before: sessions.count,
                removals: sweep.removals(of: sessions, now: now))
        }
    }

    private static func write(_ stores: [Store], isDone: Bool, to terminal: Terminal) {
        let removals = stores.flatMap(\.removals)
        let cameBack = stores.flatMap(\.cameBack)
        for key in cameBack {
            terminal.note("\(TerminalText.clean(key, isOneLine: true)) stays: it was used meanwhile.")
        }
        if removals.isEmpty {
            if cameBack.isEmpty { terminal.line("There is nothing to clean up.") }
            return
        }
        var table = TextTable(["SESSION", "WHY"])
        for removal in removals { table.add(.init(removal.key), .init(words(removal.reason), .muted)) }
        terminal.write(table.rendered(for: terminal))
        let count = removals.count == 1 ? "1 session" : "\(removals.count) sessions"
        if isDone {
            terminal.line("Removed \(count); transcripts are kept as <file>.deleted.<time>.")
        } else {
            terminal.line("\(count) would go. `openclaw sessions cleanup --enforce` removes them.")
        }
    }

    private static func words(_ reason: SessionSweep.Reason) -> String {
        switch reason {
        case .pruned: "not used for long"
        case .capped: "there are too many"
        case .missing: "its transcript is gone"
        }
    }
}
