import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `chat.inject`: writes a note of the assistant into a transcript and shows it to all clients.
package struct ChatInject: GatewayMethod {
    package static let name = "chat.inject"
    package static let access = MethodAccess.admin
    package static let advertised = false

    private let chat: ClientChat
    private let journal: Journal
    private let events: EventHub
    private let entropy: any Entropy

    package init(chat: ClientChat, journal: Journal, events: EventHub, entropy: any Entropy) {
        self.chat = chat
        self.journal = journal
        self.events = events
        self.entropy = entropy
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let sessionKey = reader.requiredString("sessionKey")
        let message = reader.requiredString("message")
        let label = reader.string("label", maxLength: 100)
        try reader.finish(Self.name)
        let session = try chat.session(sessionKey, method: Self.name)
        guard let record = try await chat.sessions.record(session) else {
            throw ClawError(.invalidRequest, "session not found")
        }
        let text = label.map { "[\($0)]\n\n\(message)" } ?? message
        let now = chat.time.nowMilliseconds
        let note = AssistantMessage(
            content: [.text(text)], api: "openai-responses",
            model: ModelReference(provider: "openclaw", model: "gateway-injected"), usage: TokenUsage(),
            stopReason: .stop,
            timestamp: now)
        let entry = TranscriptEntry(.assistant(note), entropy: entropy)
        do {
            _ = try await journal.commit(
                TurnCommit(session: session, sessionID: record.sessionID, entries: [entry]))
        } catch {
            throw WireError(.unavailable, "failed to write transcript: \(error)")
        }
        events.broadcast(
            .chat,
            [
                "runId": .string("inject-\(entry.id)"), "sessionKey": .string(sessionKey), "seq": 0, "state": "final",
                "message": [
                    "role": "assistant", "content": [["type": "text", "text": .string(text)]], "timestamp": .int64(now),
                ],
            ])
        return ["ok": true, "messageId": .string(entry.id)]
    }
}
