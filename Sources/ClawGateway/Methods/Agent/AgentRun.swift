import ClawAgent
import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `agent`: runs an agent and answers twice: `accepted`, and the result when the run has ended (gateway-methods §3).
package struct AgentRun: GatewayMethod {
    package static let name = "agent"
    package static let access = MethodAccess.write

    private let chat: ClientChat
    private let triggers: SessionTriggers
    private let results: RunResults
    private let journal: Journal

    package init(chat: ClientChat, triggers: SessionTriggers, results: RunResults, journal: Journal) {
        self.journal = journal
        self.chat = chat
        self.triggers = triggers
        self.results = results
    }

    private struct Request {
        var message: String
        var key: String
        var agent: String?
        var sessionKey: String?
        var sessionID: String?
        var thinking: ThinkingLevel?
        /// In seconds.
        var timeout: Int?
        var extraSystemPrompt: String?
        var images: [AttachmentReader.Image]
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let request = try read(params)
        let session = try await session(for: request)
        try await chat.checkSendPolicy(session)
        let (text, reset) = triggers.read(request.message)
        let message = try await chat.message(text, images: request.images, session: session, context: context)
        results.expect(RunID(request.key))
        chat.watch(request.key, context)
        let intake = try await chat.accept(message, session: session, key: request.key, namespace: "agent") { turn in
            turn.thinking = request.thinking
            turn.reset = reset
            turn.timeoutMilliseconds = request.timeout.map { $0 * 1000 }
            turn.connection = context.connection.id
            turn.extraSystemPrompt = request.extraSystemPrompt
            turn.senderIsOwner = context.connection.has(.admin)
        }
        if case .refused(let reason)? = intake.submission { throw RefusedTurn.error(reason) }
        if !intake.isNew, intake.item.outcome != nil {
            _ = results.take(RunID(request.key))
            return try RepeatedRequest.lateAnswer(for: intake.item, run: request.key)
        }
        context.respond(early: [
            "runId": .string(request.key), "status": "accepted", "acceptedAt": .int64(intake.item.createdAt),
        ])
        return try await finalAnswer(request.key, work: intake.item.id)
    }

    private func finalAnswer(_ key: String, work: WorkID) async throws -> JSONValue {
        let status = await chat.turns.wait(for: RunID(key), timeout: .seconds(86_400))
        let result = results.take(RunID(key))
        switch status {
        case .finished(let startedAt, let endedAt):
            return [
                "runId": .string(key), "status": "ok", "summary": "completed",
                "result": Self.result(result, milliseconds: endedAt - startedAt, aborted: false),
            ]
        case .aborted(let startedAt, let endedAt, _):
            return [
                "runId": .string(key), "status": "ok", "summary": "completed",
                "result": Self.result(result, milliseconds: endedAt - (startedAt ?? endedAt), aborted: true),
            ]
        case .failed(_, _, let error):
            throw MethodFailure(
                WireError(.unavailable, error),
                payload: ["runId": .string(key), "status": "error", "summary": .string(error)])
        case .unknown, .queued, .running:
            guard let item = try await journal.item(work) else {
                throw ClawError(.unavailable, "The run is not known any more.")
            }
            return try RepeatedRequest.lateAnswer(for: item, run: key)
        }
    }

    private static func result(_ result: RunResults.Result?, milliseconds: Int64, aborted: Bool) -> JSONValue {
        var meta: JSONObject = ["durationMs": .int64(milliseconds)]
        if aborted { meta["aborted"] = true }
        if let model = result?.model {
            meta["agentMeta"] = ["provider": .string(model.provider), "model": .string(model.model)]
        }
        let payloads: [JSONValue] =
            (result?.text).map { text in
                text.isEmpty ? [] : [["text": .string(text), "mediaUrl": nil]]
            } ?? []
        return ["payloads": .array(payloads), "meta": .object(meta)]
    }

    private func session(for request: Request) async throws -> SessionKey {
        let (agent, named) = try chat.named.choice(
            agent: request.agent, sessionKey: request.sessionKey, method: Self.name)
        if let named { return named }
        if let id = request.sessionID {
            let found = try await chat.sessions.list(agent: agent).first { $0.sessionID == id }
            guard let found else { throw ClawError(.invalidRequest, "No session found: \(id)") }
            return found.key
        }
        return agent.map { SessionKey(agent: $0, rest: "main") } ?? chat.keys.mainSession
    }

    private func read(_ params: JSONValue) throws(ClawError) -> Request {
        var reader = ParamReader(params)
        let message = reader.requiredString("message")
        let key = reader.requiredString("idempotencyKey")
        let agent = reader.string("agentId", minLength: 1)
        let sessionKey = reader.string("sessionKey")
        let sessionID = reader.string("sessionId")
        let thinking = reader.string("thinking")
        let timeout = reader.int("timeout", minimum: 0)
        let extra = reader.string("extraSystemPrompt")
        let attachments = reader.array("attachments") ?? []
        // Fields of the wire that choose or describe a delivery; a run of a client answers the client.
        for name in ["to", "replyTo", "channel", "replyChannel", "accountId", "replyAccountId", "threadId", "groupId"] {
            _ = reader.string(name)
        }
        for name in ["groupChannel", "groupSpace", "lane", "spawnedBy"] { _ = reader.string(name) }
        _ = reader.string("label", minLength: 1, maxLength: 64)
        _ = reader.bool("deliver")
        _ = reader.bool("bestEffortDeliver")
        _ = reader.array("internalEvents")
        _ = reader.object("inputProvenance")
        try reader.finish(Self.name)
        return Request(
            message: try ClientChat.cleaned(message), key: key, agent: agent, sessionKey: sessionKey,
            sessionID: sessionID, thinking: thinking.flatMap(SessionPatch.thinkingLevel), timeout: timeout,
            extraSystemPrompt: extra, images: try AttachmentReader.images(in: attachments))
    }
}
