/// What the access policy says about one message.
package enum AccessDecision: Sendable, Hashable {
    case admit(Admittance)
    case refuse(AccessRefusal)
    /// An unknown sender of a direct message is offered a pairing code; the message itself is refused as
    /// `pairing-requested`.
    case offerPairing

    /// The reason code that the journal keeps.
    package var reason: String {
        switch self {
        case .admit(let admittance): admittance.rawValue
        case .refuse(let refusal): refusal.rawValue
        case .offerPairing: AccessRefusal.pairingRequested.rawValue
        }
    }
}

/// Why a message was let in. Only `allowlisted` says that the sender was named; nobody becomes an owner by the others.
package enum Admittance: String, Sendable, Hashable, CaseIterable {
    /// The configuration names the sender.
    case allowlisted = "allowlisted"
    /// The sender was paired.
    case paired = "paired"
    /// A wildcard or an open policy lets everybody in.
    case open = "open"
}

/// Why a message was not let in. The raw values are stable codes.
package enum AccessRefusal: String, Sendable, Hashable, CaseIterable {
    case channelDisabled = "channel-disabled"
    /// The platform gave no sender that a rule could name.
    case senderUnknown = "sender-unknown"
    case dmDisabled = "dm-disabled"
    case dmNotAllowed = "dm-not-allowed"
    case pairingRequested = "pairing-requested"
    case groupsDisabled = "groups-disabled"
    case groupNotAllowed = "group-not-allowed"
    /// The entry of this group says `enabled: false`.
    case groupDisabled = "group-disabled"
    case groupSenderNotAllowed = "group-sender-not-allowed"
    case notMentioned = "not-mentioned"
}
