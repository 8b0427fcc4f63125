/// What is to be said in a chat.
package struct OutboundMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case message
        case edit
        case delete
        case reaction
    }

    package var kind: Kind
    package var agent: AgentID
    package var channel: ChannelID
    package var account: AccountID
    package var peer: Peer
    package var thread: String?
    package var replyTo: String?
    package var text: String
    package var media: [MediaReference]

    package init(
        kind: Kind = .message, agent: AgentID, channel: ChannelID, account: AccountID, peer: Peer, text: String,
        thread: String? = nil, replyTo: String? = nil
    ) {
        self.kind = kind
        self.agent = agent
        self.channel = channel
        self.account = account
        self.peer = peer
        self.text = text
        self.thread = thread
        self.replyTo = replyTo
        media = []
    }
}

/// What a platform said when it took a message.
package struct DeliveryReceipt: Sendable, Hashable {
    /// The platform's id of the message, where it gives one.
    package var messageID: String?

    package init(messageID: String? = nil) { self.messageID = messageID }
}

/// Why a message was not delivered, by what can be done about it.
package enum DeliveryError: Error, Sendable, Hashable {
    /// Nothing was sent; trying again later may work. `after` is what the platform asked for.
    case retryable(reason: String, after: Duration?)
    /// Trying again cannot work: unknown target, forbidden, too long.
    case permanent(reason: String)
    /// It may have been sent: the connection broke between the send and the answer.
    case unknown(reason: String)
}
