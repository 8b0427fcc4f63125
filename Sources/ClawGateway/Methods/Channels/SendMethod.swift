import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `send`: says something in a chat without a turn of an agent. It goes the way of every answer, through the outbox, and this
/// answers when the platform has it (gateway-methods §8).
package struct SendMethod: GatewayMethod {
    package static let name = "send"
    package static let access = MethodAccess.write

    /// How long a caller is kept waiting. The message stays in the outbox afterwards.
    private static let patience = Duration.seconds(30)
    private static let targetLimit = 512

    /// What sending stands on.
    package struct Ports: Sendable {
        package var chat: ClientChat
        package var channels: ChannelRegistry
        package var journal: Journal
        package var watch: DeliveryWatch
        package var wakeOutbox: @Sendable () -> Void
        package var entropy: any Entropy

        package init(
            chat: ClientChat, channels: ChannelRegistry, journal: Journal, watch: DeliveryWatch,
            wakeOutbox: @escaping @Sendable () -> Void, entropy: any Entropy
        ) {
            self.chat = chat
            self.channels = channels
            self.journal = journal
            self.watch = watch
            self.wakeOutbox = wakeOutbox
            self.entropy = entropy
        }
    }

    private struct Request {
        var target: String
        var text: String
        var channel: String?
        var account: String?
        var agent: String?
        var thread: String?
        var sessionKey: String?
        var key: String
    }

    private let ports: Ports

    package init(ports: Ports) { self.ports = ports }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let request = try read(params)
        let channel = try channel(for: request)
        guard let peer = ports.channels.target(request.target, on: channel.id) else {
            throw ClawError(.invalidRequest, "\"\(request.target)\" is no target of the channel \(channel.id).")
        }
        let (agent, session) = try route(request, channel, peer)
        try await ports.chat.checkSendPolicy(session)
        let limit = channel.capabilities.textLimit
        let chunks = TextChunker(limit: limit, splitsParagraphs: false).split(request.text)
        var rows: [WorkID] = []
        var isNew = false
        for (position, chunk) in chunks.enumerated() {
            let message = OutboundMessage(
                agent: agent, channel: channel.id, account: channel.account, peer: peer, text: chunk,
                thread: request.thread)
            let key = position == 0 ? "send:\(request.key)" : "send:\(position):\(request.key)"
            let (item, new) = try await ports.journal.admit(
                NewWork(kind: .delivery, dedupeKey: key, payload: message.payload, session: session))
            rows.append(item.id)
            isNew = isNew || new
        }
        ports.wakeOutbox()
        let id = try await arrival(of: rows)
        if isNew { try await mirror(request.text, agent, session) }
        return ["runId": .string(request.key), "messageId": .string(id), "channel": .string(channel.id.rawValue)]
    }

    /// Waits until all rows are delivered. Returns the platform's id of the last message, or the row's where it gives none.
    private func arrival(of rows: [WorkID]) async throws -> String {
        var id = ""
        for row in rows {
            let end = try await ports.watch.end(
                of: row, in: ports.journal, timeout: Self.patience, time: ports.chat.time)
            switch end?.outcome {
            case nil:
                throw ClawError(
                    .unavailable, "The message waits to be delivered.",
                    hint: "It is sent as soon as the channel takes it. How it stands: openclaw why \(row)", retry: .yes)
            case .delivered?: id = end?.messageID ?? row.rawValue
            case .failed(let reason, _)?, .dead(let reason)?, .refused(let reason)?, .silent(let reason)?:
                throw ClawError(.unavailable, "The message was not delivered: \(reason)")
            case .merged?, .superseded?:
                throw ClawError(.unavailable, "The message was not delivered: its session was deleted.")
            }
        }
        return id
    }

    /// Lets the agent know what was said in its chat.
    private func mirror(_ text: String, _ agent: AgentID, _ session: SessionKey) async throws {
        let note = AssistantMessage(
            content: [.text(text)], api: "openai-responses",
            model: ModelReference(provider: "openclaw", model: "delivery-mirror"), usage: TokenUsage(),
            stopReason: .stop, timestamp: ports.chat.time.nowMilliseconds)
        let record = try await ports.chat.sessions.open(session, agent: agent)
        _ = try await ports.chat.sessions.append(
            [TranscriptEntry(.assistant(note), entropy: ports.entropy)], to: record)
    }

    private func channel(for request: Request) throws -> any Channel {
        let order = ports.channels.order
        let id: ChannelID
        if let name = request.channel {
            id = ChannelID(name)
            if id == .webchat {
                throw ClawError(
                    .invalidRequest, "unsupported channel: webchat (it is for clients of the Gateway only)",
                    hint: "Use chat.send for a message to a session.")
            }
        } else {
            guard let only = order.first, order.count == 1 else {
                throw ClawError(
                    .invalidRequest, "delivery channel is required: several or none are configured",
                    hint: "Name one with channel.")
            }
            id = only
        }
        let accounts = ports.channels.accounts(of: id).map(\.account)
        guard let first = accounts.first else { throw Self.unsupported(id.rawValue) }
        let account = request.account.map { AccountID($0) } ?? (accounts.contains(.default) ? .default : first)
        guard let channel = ports.channels.channel(id, account) else {
            throw ClawError(.invalidRequest, "unknown account \"\(account)\" of the channel \(id)")
        }
        return channel
    }

    private static func unsupported(_ name: String) -> ClawError {
        ClawError(.invalidRequest, "unsupported channel: \(name.prefix(64))")
    }

    /// Whose session the message belongs to: the one that is named, else that of the chat.
    private func route(
        _ request: Request, _ channel: any Channel, _ peer: Peer
    ) throws -> (agent: AgentID, session: SessionKey) {
        var named: AgentID?
        if let text = request.agent {
            named = AgentID(normalizing: text)
            guard let named, ports.chat.configuration.value.agents.ids.contains(named) else {
                throw ClawError(.invalidRequest, "unknown agent id \"\(text.prefix(64))\"")
            }
        }
        if let text = request.sessionKey {
            let session = try ports.chat.session(text, method: Self.name)
            return (named ?? ports.chat.agent(of: session), session)
        }
        var message = InboundMessage(
            channel: channel.id, account: channel.account, peer: peer,
            sender: Sender(principal: peer.id, assurance: .claimed, displayName: peer.id), text: "", timestamp: 0)
        message.thread = request.thread
        let route = SessionRouter(rules: RoutingRules(ports.chat.configuration.value)).route(message)
        guard let named, route.session != .global else { return (named ?? route.agent, route.session) }
        return (named, SessionKey(agent: named, rest: route.session.rest))
    }

    private func read(_ params: JSONValue) throws(ClawError) -> Request {
        var reader = ParamReader(params)
        let target = reader.requiredString("to", maxLength: Self.targetLimit)
        let message = reader.string("message") ?? ""
        let media = reader.string("mediaUrl").map { [$0] } ?? []
        let more = reader.array("mediaUrls") ?? []
        _ = reader.bool("gifPlayback")
        let channel = reader.string("channel", maxLength: 64)
        let account = reader.string("accountId", maxLength: 64)
        let agent = reader.string("agentId")
        let thread = reader.string("threadId", maxLength: Self.targetLimit)
        let sessionKey = reader.string("sessionKey")
        let key = reader.requiredString("idempotencyKey", maxLength: Self.targetLimit)
        try reader.finish(Self.name)
        for text in [target, thread ?? ""]
        where text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw ClawError(.invalidRequest, "invalid send params: a target must not contain control characters")
        }
        let text = try ClientChat.cleaned(message)
        let hasMedia = !media.allSatisfy(\.isEmpty) || !more.isEmpty
        if text.trimmingWhitespace.isEmpty, !hasMedia {
            throw ClawError(.invalidRequest, "invalid send params: text or media is required")
        }
        if hasMedia {
            throw ClawError(
                .invalidRequest, "media cannot be sent by this Gateway yet", hint: "Send a text without mediaUrl.")
        }
        func given(_ text: String?) -> String? { text.flatMap { $0.trimmingWhitespace.isEmpty ? nil : $0 } }
        return Request(
            target: target, text: text, channel: given(channel), account: given(account), agent: given(agent),
            thread: given(thread), sessionKey: given(sessionKey), key: key)
    }
}
