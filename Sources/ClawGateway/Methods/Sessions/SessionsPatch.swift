import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.patch`: changes the settings of a session; creates it when it is not there.
package struct SessionsPatch: GatewayMethod {
    package static let name = "sessions.patch"
    package static let access = MethodAccess.admin

    private let sessions: SessionStore
    private let directory: StateDirectory
    private let models: ModelFacts
    private let keys: @Sendable () -> SessionKeyResolver

    package init(
        sessions: SessionStore, directory: StateDirectory, models: ModelFacts,
        keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.sessions = sessions
        self.directory = directory
        self.models = models
        self.keys = keys
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let key = try Self.check(params)
        try SessionMutation.checkClient(context)
        guard let session = keys().resolve(key) else {
            throw ClawError(.invalidRequest, "invalid sessions.patch params: malformed session key \"\(key)\"")
        }
        let changes = try SessionPatch.changes(from: params.objectValue ?? [:], key: session)
        if let label = changes["label"]?.stringValue { try await checkLabel(label, session) }
        let agent = session.agent ?? keys().defaultAgent
        if try await sessions.record(session) == nil { try keys().checkAgent(of: session, method: Self.name) }
        _ = try await sessions.open(session, agent: agent)
        let record = try await sessions.patch(session) { entry in
            for (name, value) in changes { entry[name] = value.isNull ? nil : value }
        }
        return [
            "ok": true, "path": .string(directory.sessionIndexPath(agent)), "key": .string(session.rawValue),
            "entry": .object(record.entry), "resolved": models.resolved(record.entry),
        ]
    }

    /// Checks the shape of the params and returns the key.
    private static func check(_ params: JSONValue) throws(ClawError) -> String {
        var reader = ParamReader(params)
        let key = reader.requiredString("key")
        _ = reader.patchString("label", minLength: 1)
        for name in ["thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel", "execHost", "execSecurity"] {
            _ = reader.patchString(name, minLength: 1)
        }
        for name in ["execAsk", "execNode", "model", "spawnedBy"] { _ = reader.patchString(name, minLength: 1) }
        _ = reader.patchChoice("responseUsage", of: ["off", "tokens", "full", "on"])
        _ = reader.patchInt("spawnDepth", minimum: 0)
        _ = reader.patchChoice("sendPolicy", of: ["allow", "deny"])
        _ = reader.patchChoice("groupActivation", of: ["mention", "always"])
        try reader.finish(name)
        return key
    }

    private func checkLabel(_ label: String, _ session: SessionKey) async throws {
        if label.count > 64 { throw ClawError(.invalidRequest, "invalid label: too long (max 64)") }
        let others = try await sessions.list(agent: session.agent).filter { $0.key != session }
        if others.contains(where: { $0.entry["label"]?.stringValue == label }) {
            throw ClawError(.invalidRequest, "label already in use: \(label)")
        }
    }
}

/// What the methods that change sessions have in common.
enum SessionMutation {
    /// Clients in mode `webchat` other than the Control UI only chat.
    static func checkClient(_ context: MethodContext, verb: String = "patch") throws(ClawError) {
        let client = context.connection.client
        if client.mode == "webchat", client.id != "openclaw-control-ui" {
            throw ClawError(
                .invalidRequest,
                "webchat clients cannot \(verb) sessions; use chat.send for session-scoped updates")
        }
    }
}
