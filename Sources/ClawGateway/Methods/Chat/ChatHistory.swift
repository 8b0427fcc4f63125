import ClawConfig
import ClawCore
package import ClawProtocol
import ClawStore
package import ClawSupport

/// `chat.history`: what was said in a session, cleaned for display.
package struct ChatHistory: GatewayMethod {
    package static let name = "chat.history"
    package static let access = MethodAccess.read

    private let chat: ClientChat
    private let sanitizer = HistorySanitizer()

    package init(chat: ClientChat) { self.chat = chat }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let sessionKey = reader.requiredString("sessionKey")
        let limit = reader.int("limit", minimum: 1, maximum: 1000) ?? 200
        try reader.finish(Self.name)
        let session = try chat.session(sessionKey, method: Self.name)
        guard let record = try await chat.sessions.record(session) else {
            return ["sessionKey": .string(sessionKey), "messages": []]
        }
        let entries = try await chat.sessions.history(record, limit: limit)
        var result: JSONObject = ["sessionKey": .string(sessionKey)]
        result.set("sessionId", record.sessionID.isEmpty ? nil : record.sessionID)
        result["messages"] = .array(sanitizer.messages(from: entries, limit: limit))
        let thinking = record.entry["thinkingLevel"]?.stringValue
        result.set("thinkingLevel", thinking ?? chat.configuration.value.agents.defaults.thinking?.rawValue)
        let verbosity = chat.configuration.value.agents.defaults.verbosity
        result.set(
            "verboseLevel", record.entry["verboseLevel"]?.stringValue ?? (verbosity == .off ? nil : verbosity.rawValue))
        return .object(result)
    }
}
