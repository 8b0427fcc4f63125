import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.preview`: the last messages of several sessions, short (gateway-methods §5).
package struct SessionsPreview: GatewayMethod {
    package static let name = "sessions.preview"
    package static let access = MethodAccess.read

    private static let keyLimit = 64

    private let sessions: SessionStore
    private let keys: @Sendable () -> SessionKeyResolver
    private let time: any TimeSource

    package init(
        sessions: SessionStore, keys: @escaping @Sendable () -> SessionKeyResolver, time: any TimeSource
    ) {
        self.sessions = sessions
        self.keys = keys
        self.time = time
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let wanted = reader.requiredStrings("keys", minItems: 1)
        let limit = min(50, reader.int("limit", minimum: 1) ?? 12)
        let width = min(2000, reader.int("maxChars", minimum: 20) ?? 240)
        try reader.finish(Self.name)
        var previews: [JSONValue] = []
        for key in wanted.prefix(Self.keyLimit) {
            try Task.checkCancellation()
            previews.append(await preview(key, limit: limit, width: width))
        }
        return ["ts": .int64(time.nowMilliseconds), "previews": .array(previews)]
    }

    /// One session that cannot be read does not spoil the others.
    private func preview(_ key: String, limit: Int, width: Int) async -> JSONValue {
        do {
            guard let session = keys().resolve(key), let record = try await sessions.record(session) else {
                return answer(key, "missing")
            }
            let entries = try await sessions.history(record, limit: limit, maximumBytes: 1 << 20)
            let items = HistorySanitizer().messages(from: entries, limit: limit).compactMap { item($0, width: width) }
            return answer(key, items.isEmpty ? "empty" : "ok", items)
        } catch {
            return answer(key, "error")
        }
    }

    private func answer(_ key: String, _ status: String, _ items: [JSONValue] = []) -> JSONValue {
        ["key": .string(key), "status": .string(status), "items": .array(items)]
    }

    private func item(_ message: JSONValue, width: Int) -> JSONValue? {
        let shown = ShownMessage(message)
        var text = shown.text.trimmingWhitespace
        if text.isEmpty {
            let calls = ShownMessage.callNames(in: message)
            if !calls.isEmpty {
                let more = calls.count > 2 ? " +\(calls.count - 2)" : ""
                text = "call \(calls.prefix(2).joined(separator: ", "))\(more)"
            } else {
                text = ShownMessage.mediaKinds(in: message).map { "[\($0)]" }.joined(separator: " ")
            }
        }
        if text.isEmpty { return nil }
        let role =
            switch shown.role {
            case "user", "assistant", "system": shown.role
            case "toolResult", "tool": "tool"
            default: "other"
            }
        return ["role": .string(role), "text": .string(text.count > width ? text.prefix(width - 1) + "…" : text)]
    }
}
