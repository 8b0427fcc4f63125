package import ClawAgent
package import ClawCore
package import ClawStore
package import ClawSupport

/// A message that was let in, with everything that its turn needs: the payload of its journal row, from which the turn is
/// built at once and, after a crash, once more.
package struct AcceptedTurn: Sendable, Hashable {
    package var message: InboundMessage
    package var agent: AgentID
    package var session: SessionKey
    /// Whether the answer also goes to the chat that the message came from.
    package var repliesToChannel: Bool
    package var senderIsOwner: Bool
    /// Whether the session is from now on spoken to in the chat that the message came from.
    package var movesRoute = true
    package var thinking: ThinkingLevel?
    /// In milliseconds; 0 means without end, nil the agent's own limit.
    package var timeoutMilliseconds: Int?
    /// The client connection that asked; it gets tool events.
    package var connection: String?
    package var extraSystemPrompt: String?
    /// The most tokens of one answer of the model; nil leaves it to the model.
    package var maximumOutputTokens: Int?
    package var clientTools: ClientTools?
    package var callOutputs: ClientCallOutputs?
    /// Whether the one who asked waits for the answer to this and nothing else, so that it is never joined with other messages.
    package var standsAlone = false
    /// Set when the session starts anew before this turn.
    package var reset: SessionResetReason?

    package init(message: InboundMessage, agent: AgentID, session: SessionKey) {
        self.message = message
        self.agent = agent
        self.session = session
        repliesToChannel = message.channel != .webchat
        senderIsOwner = false
    }

    package var payload: JSONValue {
        var object: JSONObject = [
            "message": message.payload, "agent": .string(agent.rawValue), "session": .string(session.rawValue),
            "repliesToChannel": .bool(repliesToChannel), "senderIsOwner": .bool(senderIsOwner),
        ]
        if !movesRoute { object["movesRoute"] = false }
        object.set("thinking", thinking?.rawValue)
        object.set("timeoutMs", timeoutMilliseconds)
        object.set("extraSystemPrompt", extraSystemPrompt)
        object.set("maxOutputTokens", maximumOutputTokens)
        object.set("clientTools", clientTools?.payload)
        object.set("callOutputs", callOutputs?.payload)
        if standsAlone { object["standsAlone"] = true }
        object.set("reset", reset?.rawValue)
        return .object(object)
    }

    /// Reads what `payload` wrote; nil when a part is missing.
    package init?(payload: JSONValue) {
        guard let message = payload["message"].flatMap(InboundMessage.init(payload:)),
            let agent = payload["agent"]?.stringValue.flatMap(AgentID.init(normalizing:)),
            let session = payload["session"]?.stringValue
        else { return nil }
        self.init(message: message, agent: agent, session: SessionKey(canonical: session))
        repliesToChannel = payload["repliesToChannel"]?.boolValue ?? false
        senderIsOwner = payload["senderIsOwner"]?.boolValue ?? false
        movesRoute = payload["movesRoute"]?.boolValue ?? true
        thinking = payload["thinking"]?.stringValue.flatMap(ThinkingLevel.init(rawValue:))
        timeoutMilliseconds = payload["timeoutMs"]?.intValue
        extraSystemPrompt = payload["extraSystemPrompt"]?.stringValue
        maximumOutputTokens = payload["maxOutputTokens"]?.intValue
        clientTools = payload["clientTools"].flatMap(ClientTools.init(payload:))
        callOutputs = payload["callOutputs"].flatMap(ClientCallOutputs.init(payload:))
        standsAlone = payload["standsAlone"]?.boolValue ?? false
        reset = payload["reset"]?.stringValue.flatMap(SessionResetReason.init(rawValue:))
    }

    /// The turn of this message for the journal row `item`.
    package func pendingTurn(
        for item: WorkItem, run: RunID, capabilities: ChannelCapabilities, queue: QueuePolicy, images: [ContentBlock]
    ) -> PendingTurn {
        var turn = PendingTurn(
            work: item.id, run: run, session: session, agent: agent, text: message.text, acceptedAt: item.createdAt,
            replyTarget: repliesToChannel ? .channel(route(capabilities)) : .webchat, senderIsOwner: senderIsOwner)
        turn.movesRoute = movesRoute
        turn.images = images
        turn.origin = message.channel == .webchat ? nil : message
        turn.queue = queue
        if standsAlone {
            turn.queue.mode = .followup
            turn.queue.debounceMilliseconds = 0
        }
        turn.thinking = thinking
        turn.timeout = timeoutMilliseconds.map { .milliseconds($0) }
        turn.connection = connection
        turn.extraSystemPrompt = extraSystemPrompt
        turn.maximumOutputTokens = maximumOutputTokens
        turn.clientTools = clientTools
        turn.callOutputs = callOutputs
        return turn
    }

    private func route(_ capabilities: ChannelCapabilities) -> ChannelRoute {
        ChannelRoute(
            channel: message.channel, account: message.account, peer: message.peer, thread: message.thread,
            currentMessage: message.messageID, textLimit: capabilities.textLimit)
    }
}
