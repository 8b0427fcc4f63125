package import ClawCore

/// Group messages that did not call the agent, kept for the next turn that does. Bounded twice: messages in a group, and
/// groups (the one that was silent longest is forgotten).
package struct GroupHistory: Sendable {
    package struct Entry: Sendable, Hashable {
        package var sender: String
        package var text: String
        /// Milliseconds since 1970.
        package var timestamp: Int64

        package init(sender: String, text: String, timestamp: Int64) {
            self.sender = sender
            self.text = text
            self.timestamp = timestamp
        }
    }

    /// One room of one account.
    package struct Room: Sendable, Hashable {
        package var channel: ChannelID
        package var account: AccountID
        package var peer: String
        package var thread: String?

        package init(_ message: InboundMessage) {
            channel = message.channel
            account = message.account
            peer = message.peer.id
            thread = message.thread
        }
    }

    package static let historyMarker = "[Chat messages since your last reply - for context]"
    package static let currentMarker = "[Current message - respond to this]"
    /// What one entry keeps of a long text, in characters.
    package static let entryLimit = 4000

    private var rooms: [Room: [Entry]] = [:]
    /// The rooms from the one silent longest to the latest.
    private var order: [Room] = []
    private let roomLimit: Int

    package init(roomLimit: Int = 500) { self.roomLimit = max(1, roomLimit) }

    package var roomCount: Int { rooms.count }

    /// Keeps a message; with a `limit` of 0 nothing is kept.
    package mutating func record(_ message: InboundMessage, limit: Int) {
        let room = Room(message)
        guard limit > 0 else { return forget(room) }
        let text = String(message.text.prefix(Self.entryLimit))
        var entries = rooms[room] ?? []
        entries.append(Entry(sender: message.sender.displayName, text: text, timestamp: message.timestamp))
        if entries.count > limit { entries.removeFirst(entries.count - limit) }
        rooms[room] = entries
        order.removeAll { $0 == room }
        order.append(room)
        if order.count > roomLimit { rooms[order.removeFirst()] = nil }
    }

    /// The messages of a room, oldest first; they are forgotten.
    package mutating func take(_ room: Room) -> [Entry] {
        let entries = rooms[room] ?? []
        forget(room)
        return entries
    }

    private mutating func forget(_ room: Room) {
        guard rooms.removeValue(forKey: room) != nil else { return }
        order.removeAll { $0 == room }
    }

    /// The body of a turn: the pending messages between the two markers, then the one to answer. Without pending messages
    /// it is `current` alone.
    package static func compose(pending: [Entry], current: String) -> String {
        if pending.isEmpty { return current }
        let lines = pending.map { "\($0.sender): \(withoutMarkers($0.text))" }
        return "\(historyMarker)\n\(lines.joined(separator: "\n"))\n\n\(currentMarker)\n\(current)"
    }

    /// Nobody may write a marker into the history and so speak as the current message.
    private static func withoutMarkers(_ text: String) -> String {
        [historyMarker, currentMarker].reduce(text) {
            $0.split(separator: $1, omittingEmptySubsequences: false).joined()
        }
    }
}
