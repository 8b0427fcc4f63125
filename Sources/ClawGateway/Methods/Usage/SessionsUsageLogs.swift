import ClawCore
package import ClawProtocol
import ClawStore
package import ClawSupport

/// `sessions.usage.logs`: the last messages of a session with what each used.
package struct SessionsUsageLogs: GatewayMethod {
    package static let name = "sessions.usage.logs"
    package static let access = MethodAccess.read
    package static let advertised = false

    /// Characters of one text.
    private static let textLimit = 2000

    private let found: UsageSessions

    package init(sessions: UsageSessions) { found = sessions }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        guard let key = params["key"]?.stringValue?.trimmingWhitespace, !key.isEmpty else {
            throw ClawError(.invalidRequest, "key is required for logs")
        }
        let limit = min(1000, max(1, params["limit"]?.intValue ?? 200))
        guard let session = try await found.find(key) else {
            throw ClawError(.invalidRequest, "Invalid session key: \(key)")
        }
        let record =
            session.record
            ?? SessionRecord(
                key: SessionKey(canonical: session.key), agent: session.agent, sessionID: session.sessionID,
                updatedAt: 0, entry: [:])
        let entries = try await found.sessions.history(record, limit: limit)
        let messages = HistorySanitizer().visible(entries, limit: limit)
        return ["logs": .array(messages.map { log(shown: $0.shown, stored: $0.stored) })]
    }

    private func log(shown: JSONValue, stored: JSONValue) -> JSONValue {
        let role = shown["role"]?.stringValue ?? "user"
        var content = ShownMessage(shown).text
        let calls = ShownMessage.callNames(in: shown)
        if !calls.isEmpty {
            content += (content.isEmpty ? "" : "\n") + calls.map { "[Tool: \($0)]" }.joined(separator: "\n")
        }
        if content.count > Self.textLimit { content = content.prefix(Self.textLimit) + "…" }
        var log: JSONObject = [
            "timestamp": shown["timestamp"] ?? 0,
            "role": ["user", "assistant", "toolResult"].contains(role) ? .string(role) : "tool",
            "content": .string(content),
        ]
        if let totals = found.usage.totals(of: stored) {
            log["tokens"] = .int(totals.totalTokens)
            if totals.missingCostEntries == 0 { log["cost"] = .double(totals.totalCost) }
        }
        return .object(log)
    }
}
