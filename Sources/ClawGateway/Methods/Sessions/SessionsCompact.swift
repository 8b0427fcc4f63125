import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.compact`: shortens a transcript to its last lines; the whole one stays beside it as a backup. No model is
/// asked (gateway-methods §5).
package struct SessionsCompact: GatewayMethod {
    package static let name = "sessions.compact"
    package static let access = MethodAccess.admin

    private let sessions: SessionStore
    private let keys: @Sendable () -> SessionKeyResolver

    package init(sessions: SessionStore, keys: @escaping @Sendable () -> SessionKeyResolver) {
        self.sessions = sessions
        self.keys = keys
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let key = reader.requiredString("key")
        let maxLines = reader.int("maxLines", minimum: 1) ?? 400
        try reader.finish(Self.name)
        guard let session = keys().resolve(key) else {
            throw ClawError(.invalidRequest, "invalid sessions.compact params: malformed session key \"\(key)\"")
        }
        var result: JSONObject = ["ok": true, "key": .string(session.rawValue)]
        switch try await sessions.shorten(session, toLines: maxLines) {
        case .noSession:
            result["compacted"] = false
            result["reason"] = "no sessionId"
        case .noTranscript:
            result["compacted"] = false
            result["reason"] = "no transcript"
        case .shortEnough(let lines):
            result["compacted"] = false
            result["kept"] = .int(lines)
        case .shortened(let kept, let backup):
            result["compacted"] = true
            result["archived"] = .string(backup)
            result["kept"] = .int(kept)
        }
        return .object(result)
    }
}
