import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.delete`: removes a session; its transcript is archived. The main session stays, and with `unlessUpdatedAfter` (our
/// own param, milliseconds since 1970) one that was used after that moment or is being used now.
package struct SessionsDelete: GatewayMethod {
    package static let name = "sessions.delete"
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
        let archive = reader.bool("deleteTranscript") ?? true
        _ = reader.bool("emitLifecycleHooks")
        let moment = reader.int("unlessUpdatedAfter", minimum: 0).map { Int64($0) }
        try reader.finish(Self.name)
        try SessionMutation.checkClient(context, verb: "delete")
        guard let session = keys().resolve(key) else {
            throw ClawError(.invalidRequest, "invalid sessions.delete params: malformed session key \"\(key)\"")
        }
        let isMain = session == .global || session.rest == "main"
        if isMain { throw ClawError(.invalidRequest, "Cannot delete the main session (\(session)).") }
        var result: (deleted: Bool, archived: [String]) = (false, [])
        if moment == nil {
            try await quiescence.settle(session)
            result = try await sessions.delete(session, archiveTranscript: archive)
        } else if !quiescence.isActive(session) {
            result = try await sessions.delete(session, archiveTranscript: archive, unlessUpdatedAfter: moment)
        }
        return [
            "ok": true, "key": .string(session.rawValue), "deleted": .bool(result.deleted),
            "archived": .strings(result.archived),
        ]
    }
}
