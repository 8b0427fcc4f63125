/// What a person did in a chat, in the same words for every platform.
package struct InboundMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case message
        case edit
        case delete
        case reaction
    }

    package var kind: Kind
    package var channel: ChannelID
    package var account: AccountID
    /// The chat in which it happened; replies go there.
    package var peer: Peer
    package var parentPeer: Peer?
    package var thread: String?
    /// The platform's id of the message that this one answers.
    package var replyTo: String?
    package var sender: Sender
    /// The platform's id of this message; nil when the platform gives none, and then duplicates cannot be told.
    package var messageID: String?
    package var text: String
    package var media: [MediaReference]
    /// Whether the bot was addressed; nil when the platform cannot tell, and then the mention gate is left to patterns.
    package var wasMentioned: Bool?
    package var timestamp: Int64

    package init(
        kind: Kind = .message, channel: ChannelID, account: AccountID, peer: Peer, sender: Sender, text: String,
        timestamp: Int64
    ) {
        self.kind = kind
        self.channel = channel
        self.account = account
        self.peer = peer
        self.sender = sender
        self.text = text
        self.timestamp = timestamp
        media = []
    }
}

/// A chat partner or room. Ids are lower case where the platform does not tell cases apart.
package struct Peer: Sendable, Hashable {
    package var kind: ChatKind
    package var id: String
    package var name: String?

    package init(kind: ChatKind, id: String, name: String? = nil) {
        self.kind = kind
        self.id = id
        self.name = name
    }
}

/// Who sent a message. Only `principal` decides about access; the rest is for display.
package struct Sender: Sendable, Hashable {
    /// How well the platform vouches for the principal.
    package enum Assurance: String, Sendable, Hashable {
        /// An account or immutable id that the platform authenticated.
        case authenticated
        /// Something the sender chose, such as an IRC nick and host.
        case claimed
    }

    package var principal: String
    package var assurance: Assurance
    package var displayName: String
    package var username: String?

    package init(principal: String, assurance: Assurance, displayName: String, username: String? = nil) {
        self.principal = principal
        self.assurance = assurance
        self.displayName = displayName
        self.username = username
    }
}

/// A file that belongs to a message. Messages carry where it lies, never its bytes.
package struct MediaReference: Sendable, Hashable {
    package var path: String
    package var mimeType: String
    package var byteCount: Int
    package var fileName: String?

    package init(path: String, mimeType: String, byteCount: Int, fileName: String? = nil) {
        self.path = path
        self.mimeType = mimeType
        self.byteCount = byteCount
        self.fileName = fileName
    }
}
