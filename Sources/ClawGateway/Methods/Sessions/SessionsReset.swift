package import ClawAgent
package import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// Ends what runs in a session before it is reset or deleted.
package struct SessionQuiescence: Sendable {
    private let turns: TurnSupervisor

    package init(turns: TurnSupervisor) { self.turns = turns }

    /// Whether a run of the session is under way or waits.
    package func isActive(_ session: SessionKey) -> Bool { !turns.registry.active(in: session).isEmpty }

    /// Aborts the runs of the session and waits for their ends, at most 15 seconds.
    package func settle(_ session: SessionKey) async throws {
        for run in await turns.abort(session: session, run: nil, reason: .rpc) {
            guard await turns.wait(for: run, timeout: .seconds(15)).isTerminal else {
                throw ClawError(
                    .unavailable, "Session \(session) is still active; try again in a moment.", retry: .yes)
            }
        }
    }
}

/// `sessions.reset`: the session gets a new id and an empty transcript; the old one is archived.
package struct SessionsReset: GatewayMethod {
    package static let name = "sessions.reset"
    package static let access = MethodAccess.admin

    private let sessions: SessionStore
    private let quiescence: SessionQuiescence
    private let keys: @Sendable () -> SessionKeyResolver

    package init(
        sessions: SessionStore, quiescence: SessionQuiescence, keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.sessions = sessions
        self.quiescence = quiescence
        self.keys = keys
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let key = reader.requiredString("key")
        let reason = reader.choice("reason", of: ["new", "reset"])
        try reader.finish(Self.name)
        guard let session = keys().resolve(key) else {
            throw ClawError(.invalidRequest, "invalid sessions.reset params: malformed session key \"\(key)\"")
        }
        try await quiescence.settle(session)
        if try await sessions.record(session) == nil {
            try keys().checkAgent(of: session, method: Self.name)
            _ = try await sessions.open(session, agent: session.agent ?? keys().defaultAgent)
        }
        let record = try await sessions.reset(session, reason: reason == "new" ? .new : .reset)
        return ["ok": true, "key": .string(session.rawValue), "entry": .object(Self.shown(record.entry))]
    }

    /// The entry with the counters of a new session.
    private static func shown(_ entry: JSONObject) -> JSONObject {
        var entry = entry
        for name in ["inputTokens", "outputTokens", "totalTokens"] where !entry.contains(name) { entry[name] = 0 }
        if !entry.contains("totalTokensFresh") { entry["totalTokensFresh"] = true }
        for name in ["systemSent", "abortedLastRun"] where !entry.contains(name) { entry[name] = false }
        return entry
    }
}
