import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `send`: says something in a chat without a turn of an agent. It goes the way of every answer: one commit puts it into the
/// outbox and into the transcript of its chat, and this answers when the platform has it (gateway-methods §8).
package struct SendMethod: GatewayMethod {
    package static let name = "send"
    package static let access = MethodAccess.write

    /// How long a caller is kept waiting. The message stays in the outbox afterwards.
    private static let patience = Duration.seconds(30)
    private static let targetLimit = 512
    /// How many messages of the platform one text may become.
    private static let partLimit = 50

    /// What sending stands on.
    package struct Ports: Sendable {
        package var sessions: ClientSessions
        package var channels: ChannelRegistry
        package var journal: Journal
        package var watch: DeliveryWatch
        package var wakeOutbox: @Sendable () -> Void
        package var time: any TimeSource
        package var entropy: any Entropy

        package init(
            sessions: ClientSessions, channels: ChannelRegistry, journal: Journal, watch: DeliveryWatch,
            wakeOutbox: @escaping @Sendable () -> Void, time: any TimeSource, entropy: any Entropy
        ) {
            self.sessions = sessions
            self.channels = channels
            self.journal = journal
            self.watch = watch
            self.wakeOutbox = wakeOutbox
            self.time = time
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
        let place = try place(request, channel, peer)
        for session in Set([place.session, place.chat]) { try await ports.sessions.checkSendPolicy(session) }
        let messages = try Self.parts(of: request.text, for: channel).map { part in
            OutboundMessage(
                agent: place.agent, channel: channel.id, account: channel.account, peer: peer, text: part,
                thread: request.thread)
        }
        let rows = try await admit(messages, request, place)
        ports.wakeOutbox()
        let ends = try await ports.watch.ends(
            of: rows.map(\.id), in: ports.journal, timeout: Self.patience, time: ports.time)
        guard let ends else {
            let first = rows.first?.id.rawValue ?? request.key
            throw ClawError(
                .unavailable, "The message waits to be delivered.",
                hint: "It is sent as soon as the channel takes it. How it stands: openclaw why \(first)", retry: .yes)
        }
        return [
            "runId": .string(request.key), "messageId": .string(try Self.messageID(of: ends)),
            "channel": rows.first?.payload?["channel"] ?? .string(channel.id.rawValue),
        ]
    }

    private static func parts(of text: String, for channel: any Channel) throws(ClawError) -> [String] {
        let limit = channel.capabilities.textLimit
        let tooLong = ClawError(
            .invalidRequest,
            "The text is too long: \(channel.id) takes messages of \(limit) characters, and one text may become \(partLimit).",
            hint: "Send it in parts.")
        // Before it is split, which takes its time.
        if text.count > partLimit * limit { throw tooLong }
        let parts = TextChunker(limit: limit, splitsParagraphs: false).split(text)
        if parts.count > partLimit { throw tooLong }
        return parts
    }

    /// Puts the message into the outbox and into the transcript, so that the agent knows what was said in its chat; or finds the
    /// rows of the message that came with the same idempotency key.
    private func admit(
        _ messages: [OutboundMessage], _ request: Request, _ place: Place
    ) async throws -> [WorkItem] {
        let note = AssistantMessage(
            content: [.text(request.text)], api: "openai-responses",
            model: ModelReference(provider: "openclaw", model: "delivery-mirror"), usage: TokenUsage(),
            stopReason: .stop, timestamp: ports.time.nowMilliseconds)
        let session = place.session
        var commit = TurnCommit(
            session: session, sessionID: try await ports.sessions.store.record(session)?.sessionID ?? "",
            entries: [TranscriptEntry(.assistant(note), entropy: ports.entropy)])
        commit.isOnce = true
        for (position, message) in messages.enumerated() {
            let key = position == 0 ? "send:\(request.key)" : nil
            commit.deliveries.append(
                NewWork(kind: .delivery, dedupeKey: key, payload: message.payload, session: session))
        }
        // There may be no session yet, and one that is there may be reset or deleted between the steps.
        for _ in 0..<3 {
            do {
                return try await ports.journal.commit(commit).deliveries
            } catch JournalError.unknownSession, JournalError.sessionReplaced, JournalError.invalidSessionID {
                commit.sessionID = try await ports.sessions.store.open(session, agent: place.owner).sessionID
            }
        }
        throw ClawError(.unavailable, "The session \(session) is being changed.", retry: .yes)
    }

    /// The platform's id of the last message, or its row's where there is none. Throws when not everything was delivered.
    private static func messageID(of ends: [WorkItem]) throws(ClawError) -> String {
        guard let failed = ends.first(where: { $0.outcome != .delivered }) else {
            return ends.last.map { $0.messageID ?? $0.id.rawValue } ?? ""
        }
        let reason = failed.outcome?.detail ?? "something newer took its place"
        let arrived = ends.count { $0.outcome == .delivered }
        let what =
            arrived == 0
            ? "The message was not delivered" : "Only \(arrived) of \(ends.count) parts of the message were delivered"
        throw ClawError(.unavailable, "\(what): \(reason)")
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

    /// Where a message belongs.
    private struct Place {
        /// Who says it.
        var agent: AgentID
        /// Where it is written down: the session that is named, else that of the chat.
        var session: SessionKey
        /// Whose session that is.
        var owner: AgentID
        /// The session in which messages of the chat are answered.
        var chat: SessionKey
    }

    private func place(_ request: Request, _ channel: any Channel, _ peer: Peer) throws -> Place {
        let choice = try ports.sessions.choice(
            agent: request.agent, sessionKey: request.sessionKey, method: Self.name)
        var message = InboundMessage(
            channel: channel.id, account: channel.account, peer: peer,
            sender: Sender(principal: peer.id, assurance: .claimed, displayName: peer.id), text: "", timestamp: 0)
        message.thread = request.thread
        let rules = RoutingRules(ports.sessions.configuration.value)
        let route = SessionRouter(rules: rules).route(message)
        var session = route.session
        if let agent = choice.agent, session != .global { session = SessionKey(agent: agent, rest: session.rest) }
        if let named = choice.session { session = named }
        let owner = ports.sessions.agent(of: session)
        let agent = choice.agent ?? (choice.session == nil ? route.agent : owner)
        return Place(agent: agent, session: session, owner: owner, chat: route.session)
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
        if text.allSatisfy(\.isWhitespace), !hasMedia {
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
