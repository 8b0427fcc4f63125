import ClawAgent
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `chat.send`: a client's message to a session. Answers at once; what follows comes as `chat` events (gateway-methods §2).
package struct ChatSend: GatewayMethod {
    package static let name = "chat.send"
    package static let access = MethodAccess.write

    private let chat: ClientChat
    private let triggers: SessionTriggers

    package init(chat: ClientChat, triggers: SessionTriggers) {
        self.chat = chat
        self.triggers = triggers
    }

    private struct Request {
        var sessionKey: String
        var text: String
        var thinking: ThinkingLevel?
        var timeout: Int?
        var key: String
        var images: [AttachmentReader.Image]
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let request = try read(params)
        let session = try chat.knownSession(request.sessionKey, method: Self.name)
        if request.text.trimmingWhitespace.isEmpty, request.images.isEmpty {
            throw ClawError(.invalidRequest, "message or attachment required")
        }
        try await chat.checkSendPolicy(session)
        if AbortPhrase.isStop(request.text) {
            let runs = await chat.turns.abort(session: session, run: nil, reason: .stop)
            return ["ok": true, "aborted": .bool(!runs.isEmpty), "runIds": .strings(runs.map(\.rawValue))]
        }
        let (text, reset) = triggers.read(request.text)
        let message = try await chat.message(text, images: request.images, session: session, context: context)
        chat.watch(request.key, context)
        let intake = try await chat.accept(message, session: session, key: request.key, namespace: "chat") { turn in
            turn.thinking = request.thinking
            turn.reset = reset
            turn.timeoutMilliseconds = request.timeout
            turn.connection = context.connection.id
            turn.senderIsOwner = context.connection.has(.admin)
        }
        guard intake.isNew else { return try RepeatedRequest.answer(for: intake.item, run: request.key) }
        if case .refused(let reason)? = intake.submission { throw RefusedTurn.error(reason) }
        return ["runId": .string(request.key), "status": "started"]
    }

    private func read(_ params: JSONValue) throws(ClawError) -> Request {
        var reader = ParamReader(params)
        let sessionKey = reader.requiredString("sessionKey")
        let message = reader.requiredString("message", minLength: 0)
        let thinking = reader.string("thinking")
        _ = reader.bool("deliver")
        let attachments = reader.array("attachments") ?? []
        let timeout = reader.int("timeoutMs", minimum: 0)
        let key = reader.requiredString("idempotencyKey")
        try reader.finish(Self.name)
        return Request(
            sessionKey: sessionKey, text: try ClientChat.cleaned(message),
            thinking: thinking.flatMap(SessionPatch.thinkingLevel), timeout: timeout, key: key,
            images: try AttachmentReader.images(in: attachments))
    }
}
