/// The services accounts of people in common rooms, learnt from extended-join and account-notify. Somebody who leaves the
/// last common room is forgotten at once: another could take the nick unseen.
struct IRCAccountBook: Sendable, Hashable {
    enum Knowledge: Sendable, Hashable {
        case unknown
        /// Logged in as the account, or known to be not logged in.
        case known(String?)
    }

    private struct Person: Sendable, Hashable {
        var account: String?
        var rooms: Set<String>
    }

    /// More people than this are not remembered.
    static let limit = 20_000

    /// Both capabilities are on, so that every change is seen.
    var isTrusted = false
    private var people: [String: Person] = [:]

    func account(of nick: String) -> Knowledge {
        guard isTrusted, let person = people[nick] else { return .unknown }
        return .known(person.account)
    }

    /// - Parameter account: `*` for nobody, nil when the line did not say.
    mutating func joined(_ nick: String, room: String, account: String?) {
        guard isTrusted, let account, people[nick] != nil || people.count < Self.limit else { return }
        people[nick, default: Person(account: nil, rooms: [])].account = account == "*" ? nil : account
        people[nick]?.rooms.insert(room)
    }

    mutating func left(_ nick: String, room: String) {
        people[nick]?.rooms.remove(room)
        if people[nick]?.rooms.isEmpty == true { people[nick] = nil }
    }

    mutating func forget(room: String) {
        for nick in people.keys { left(nick, room: room) }
    }

    mutating func quit(_ nick: String) { people[nick] = nil }

    mutating func renamed(_ nick: String, to new: String) {
        let person = people.removeValue(forKey: nick)
        people[new] = person
    }

    mutating func changed(_ nick: String, account: String?) { people[nick]?.account = account }
}

/// Messages that wait until the server has told the account of their sender (WHOX). Bounded; nothing waits long.
struct IRCAccountLookups: Sendable, Hashable {
    enum Holding: Sendable, Hashable {
        /// The first message of this sender: ask.
        case ask
        case wait
        case full
    }

    private struct Lookup: Sendable, Hashable {
        var lines: [IRCMessage]
        var deadline: UInt64
        var person: IRCSource?
        var account: String?
    }

    static let token = "217"
    static let timeout: UInt64 = 10_000_000_000
    static let senderLimit = 64
    static let lineLimit = 50

    private var lookups: [String: Lookup] = [:]

    var nextDeadline: UInt64? { lookups.values.map(\.deadline).min() }

    func isPending(_ nick: String) -> Bool { lookups[nick] != nil }

    mutating func hold(_ line: IRCMessage, nick: String, now: UInt64) -> Holding {
        if let lookup = lookups[nick] {
            if lookup.lines.count >= Self.lineLimit { return .full }
            lookups[nick]?.lines.append(line)
            return .wait
        }
        if lookups.count >= Self.senderLimit { return .full }
        lookups[nick] = Lookup(lines: [line], deadline: now + Self.timeout)
        return .ask
    }

    /// - Parameter account: `0` for nobody.
    mutating func found(_ person: IRCSource, account: String, nick: String) {
        lookups[nick]?.person = person
        lookups[nick]?.account = account == "0" || account == "*" || account.isEmpty ? nil : account
    }

    /// The messages of a sender. The account holds only for those that came from the same user and host: the nick may have
    /// changed hands between the message and the answer.
    mutating func finish(_ nick: String) -> [(line: IRCMessage, account: String?)] {
        guard let lookup = lookups.removeValue(forKey: nick) else { return [] }
        return lookup.lines.map { line in
            let isSame = line.source?.user == lookup.person?.user && line.source?.host == lookup.person?.host
            return (line, isSame ? lookup.account : nil)
        }
    }

    mutating func expired(now: UInt64) -> [IRCMessage] {
        var lines: [IRCMessage] = []
        for (nick, lookup) in lookups.sorted(by: { $0.key < $1.key }) where lookup.deadline <= now {
            lookups[nick] = nil
            lines += lookup.lines
        }
        return lines
    }
}
