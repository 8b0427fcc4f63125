package import ClawCore

/// A delivery target as people and tools write it: `#room`, `nick`, `channel:#room`, `user:nick`, `group:…`, each with an
/// optional channel prefix such as `irc:`.
package enum DeliveryTarget {
    /// - Parameters:
    ///   - roomKind: What a room of this channel is, which is part of its session keys.
    ///   - isRoom: Whether an id without a prefix names a room.
    /// - Returns: nil for blank text.
    package static func parse(
        _ text: String, channel: ChannelID, roomKind: ChatKind, isRoom: (String) -> Bool
    ) -> Peer? {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        rest = dropping("\(channel.rawValue):", from: rest) ?? rest
        var kind: ChatKind?
        for (prefix, named) in [("user:", ChatKind.direct), ("channel:", roomKind), ("group:", roomKind)] {
            guard let inner = dropping(prefix, from: rest) else { continue }
            rest = inner
            kind = named
            break
        }
        let id = String(rest)
        if id.isEmpty { return nil }
        return Peer(kind: kind ?? (isRoom(id) ? roomKind : .direct), id: id)
    }

    private static func dropping(_ prefix: String, from text: Substring) -> Substring? {
        text.lowercased().hasPrefix(prefix) ? text.dropFirst(prefix.count) : nil
    }
}

/// The part of a session key that a chat decides: `<channel>:<kind>:<id>[:thread:<id>]`.
package enum SessionRoute {
    package static func roomRest(channel: ChannelID, peer: Peer, thread: String? = nil) -> String {
        let base = "\(channel.rawValue):\(peer.kind.rawValue):\(peer.id)"
        return (thread.map { "\(base):thread:\($0)" } ?? base).lowercased()
    }
}
