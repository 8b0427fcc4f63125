package import ClawCore
import ClawStore

/// An accepted message that waits for its turn: everything the turn needs, all of it rebuilt from the journal after a
/// crash.
package struct PendingTurn: Sendable, Hashable {
    /// The journal row that this turn must bring to an outcome.
    package var work: WorkID
    package var run: RunID
    package var session: SessionKey
    package var agent: AgentID
    /// What the person wrote, without envelope.
    package var text: String
    package var images: [ContentBlock]
    package var replyTarget: ReplyTarget
    /// Who wrote it and where, for the envelope; nil for clients of the Gateway.
    package var origin: InboundMessage?
    package var queue: QueuePolicy
    /// Overrides the thinking level of session and agent.
    package var thinking: ThinkingLevel?
    /// Overrides the agent's run timeout; `.zero` means none.
    package var timeout: Duration?
    package var senderIsOwner: Bool
    /// Whether the session is from now on spoken to in the chat that the message came from.
    package var movesRoute = true
    /// The client connection that asked, so that it gets tool events.
    package var connection: String?
    /// Whether this turn had begun before a restart: its recorded entries are looked up and not written again.
    package var isRecovered: Bool
    /// Milliseconds since 1970 when the message was accepted.
    package var acceptedAt: Int64
    /// What else the model is told for this turn, in a section of its own.
    package var extraSystemPrompt: String?
    /// The most tokens of one answer of the model; nil leaves it to the model.
    package var maximumOutputTokens: Int?
    /// Tools that the asker runs.
    package var clientTools: ClientTools?
    /// What such tools returned. Where the session still waits for it the model reads it as results, else `text` tells it.
    package var callOutputs: ClientCallOutputs?

    package init(
        work: WorkID, run: RunID, session: SessionKey, agent: AgentID, text: String, acceptedAt: Int64,
        replyTarget: ReplyTarget = .webchat, senderIsOwner: Bool = true
    ) {
        self.work = work
        self.run = run
        self.session = session
        self.agent = agent
        self.text = text
        self.acceptedAt = acceptedAt
        self.replyTarget = replyTarget
        self.senderIsOwner = senderIsOwner
        images = []
        queue = QueuePolicy()
        isRecovered = false
    }
}

extension PendingTurn {
    /// The chat that the session is spoken to in from now on; nil when that stays as it was.
    var route: SessionRoute? {
        guard movesRoute, let route = replyTarget.route else { return nil }
        return SessionRoute(
            channel: route.channel, account: route.account, target: route.peer.id, thread: route.thread)
    }

    /// Whether the turn may wait for more of its sender: a fresh text of a channel without pictures, where the channel is set
    /// up for that.
    var mayBeGathered: Bool {
        queue.gatherMilliseconds > 0 && !isRecovered && images.isEmpty && replyTarget.route != nil && origin != nil
    }

    func isOfSameSender(as other: PendingTurn) -> Bool {
        origin?.sender.principal == other.origin?.sender.principal && senderIsOwner == other.senderIsOwner
            && replyTarget.isSamePlace(as: other.replyTarget)
    }

    /// Whether both may become one turn: it has one place to answer to, and the rights of one sender.
    func mayBeCollected(with other: PendingTurn) -> Bool {
        queue.mode == .collect && other.queue.mode == .collect && senderIsOwner == other.senderIsOwner
            && replyTarget.isSamePlace(as: other.replyTarget)
    }
}

/// Where the answer of a turn goes.
package enum ReplyTarget: Sendable, Hashable {
    /// Only to clients of the Gateway, as events and history.
    case webchat
    /// Also to a chat of a channel, through the outbox.
    case channel(ChannelRoute)

    /// The route of a channel; nil for `webchat`.
    package var route: ChannelRoute? {
        if case .channel(let route) = self { route } else { nil }
    }
}

/// One chat of one channel account.
package struct ChannelRoute: Sendable, Hashable {
    package var channel: ChannelID
    package var account: AccountID
    package var peer: Peer
    package var thread: String?
    /// The message that the answer should point at when the agent asks for a native reply.
    package var currentMessage: String?
    /// The longest message of the channel.
    package var textLimit: Int
    package var splitsParagraphs: Bool

    package init(
        channel: ChannelID, account: AccountID, peer: Peer, thread: String? = nil, currentMessage: String? = nil,
        textLimit: Int = 4000, splitsParagraphs: Bool = false
    ) {
        self.channel = channel
        self.account = account
        self.peer = peer
        self.thread = thread
        self.currentMessage = currentMessage
        self.textLimit = textLimit
        self.splitsParagraphs = splitsParagraphs
    }

    /// Whether an answer to `other` may be joined with the answer to this one.
    package func isSamePlace(as other: ChannelRoute) -> Bool {
        channel == other.channel && account == other.account && peer.id == other.peer.id && thread == other.thread
    }
}

extension ReplyTarget {
    package func isSamePlace(as other: ReplyTarget) -> Bool {
        switch (self, other) {
        case (.webchat, .webchat): true
        case (.channel(let one), .channel(let two)): one.isSamePlace(as: two)
        default: false
        }
    }
}

/// What `TurnSupervisor.submit` did with a turn.
package enum Submission: Sendable, Hashable {
    /// It runs, or runs as soon as its lanes are free.
    case started
    /// It waits for the run that is active in its session.
    case queued
    /// Its text goes into that run or into a turn that waits already.
    case merged(into: RunID)
    case refused(reason: String)
}
