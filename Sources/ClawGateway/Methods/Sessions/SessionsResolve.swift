import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.resolve`: the canonical key for a key, a session id or a label.
package struct SessionsResolve: GatewayMethod {
    package static let name = "sessions.resolve"
    package static let access = MethodAccess.read
    package static let advertised = false

    private let sessions: SessionStore
    private let keys: @Sendable () -> SessionKeyResolver

    package init(sessions: SessionStore, keys: @escaping @Sendable () -> SessionKeyResolver) {
        self.sessions = sessions
        self.keys = keys
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let key = reader.string("key", minLength: 1)
        let sessionID = reader.string("sessionId", minLength: 1)
        let label = reader.string("label", minLength: 1, maxLength: 64)
        let agent = reader.string("agentId", minLength: 1)
        let spawnedBy = reader.string("spawnedBy", minLength: 1)
        let includeGlobal = reader.bool("includeGlobal") ?? false
        let includeUnknown = reader.bool("includeUnknown") ?? false
        try reader.finish(Self.name)
        let given = [key, sessionID, label].compactMap(\.self)
        guard given.count < 2 else {
            throw ClawError(.invalidRequest, "Provide either key, sessionId, or label (not multiple)")
        }
        guard let wanted = given.first else {
            throw ClawError(.invalidRequest, "Either key, sessionId, or label is required")
        }
        if key != nil {
            guard let session = keys().resolve(wanted), try await sessions.record(session) != nil else {
                throw ClawError(.invalidRequest, "No session found: \(wanted)")
            }
            return ["ok": true, "key": .string(session.rawValue)]
        }
        let candidates = try await sessions.list(agent: agent.flatMap(AgentID.init(normalizing:))).filter { record in
            (includeGlobal || record.key.kind != "global") && (includeUnknown || record.key.kind != "unknown")
                && (spawnedBy == nil || record.entry["spawnedBy"]?.stringValue == spawnedBy)
                && (sessionID == nil || record.sessionID == wanted)
                && (label == nil || record.entry["label"]?.stringValue == wanted)
        }
        let what = label == nil ? wanted : "with label: \(wanted)"
        guard candidates.count < 2 else {
            throw ClawError(
                .invalidRequest, "Multiple sessions found \(label == nil ? "for sessionId: \(wanted)" : what)")
        }
        guard let found = candidates.first else {
            throw ClawError(.invalidRequest, "No session found\(label == nil ? ": " : " ")\(what)")
        }
        return ["ok": true, "key": .string(found.key.rawValue)]
    }
}
