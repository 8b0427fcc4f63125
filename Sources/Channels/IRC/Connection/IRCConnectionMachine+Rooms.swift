import ClawSupport

extension IRCConnectionMachine {
    private func isMyself(_ nick: String?) -> Bool { nick.map { network.fold($0) == network.fold(self.nick) } ?? false }

    mutating func joinDueRooms(now: UInt64) -> [IRCAction] {
        var actions: [IRCAction] = []
        for (name, state) in rooms.sorted(by: { $0.key < $1.key }) {
            guard let time = state.joinAt, time <= now else { continue }
            rooms[name]?.joinAt = nil
            let key = state.room.key.map { [$0] } ?? []
            actions.append(.send(IRCMessage(command: "JOIN", parameters: [state.room.name] + key)))
        }
        return actions
    }

    mutating func receiveJoin(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        let room = network.fold(line.parameter(0))
        guard let person = line.source, !room.isEmpty else { return [] }
        guard isMyself(person.nick) else {
            // With extended-join the account stands in the second parameter, `*` for none.
            people.joined(
                network.fold(person.nick), room: room, account: line.parameters.count > 2 ? line.parameter(1) : nil)
            return []
        }
        if person.isFull { source = person.description }
        var state = rooms[room] ?? RoomState(room: IRCRoom(name: line.parameter(0)))
        state.isJoined = true
        state.joinAt = nil
        state.joinedAt = now
        rooms[room] = state
        return [.note(.joined(room: room))]
    }

    mutating func receiveDeparture(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        let room = network.fold(line.parameter(0))
        let leaver = line.command == "KICK" ? line.parameter(1) : line.source?.nick ?? ""
        guard isMyself(leaver) else {
            people.left(network.fold(leaver), room: room)
            return []
        }
        people.forget(room: room)
        guard var state = rooms[room] else { return [] }
        // A room in which the bot stood for a while gets a fresh start.
        if now - state.joinedAt > 600 * Self.second { state.failures = 0 }
        state.isJoined = false
        rooms[room] = state
        guard settings.rooms.contains(where: { network.fold($0.name) == room }) else {
            rooms[room] = nil
            return []
        }
        scheduleJoin(room, now: now)
        if line.command != "KICK" { return [] }
        return [.note(.kicked(room: room, by: line.source?.nick ?? "", reason: line.text))]
    }

    mutating func receiveJoinRefusal(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        let room = network.fold(line.parameter(1))
        guard let state = rooms[room], !state.isJoined, state.joinAt == nil else { return [] }
        scheduleJoin(room, now: now)
        return [.note(.joinRefused(room: room, reason: line.text))]
    }

    private mutating func scheduleJoin(_ room: String, now: UInt64) {
        rooms[room]?.failures += 1
        let wait = Self.rejoinBackoff.delay(attempt: rooms[room]?.failures ?? 1, random: 0)
        rooms[room]?.joinAt = now + UInt64(wait.components.seconds) * Self.second
    }

    mutating func receiveNick(_ line: IRCMessage) -> [IRCAction] {
        guard let old = line.source?.nick, !line.parameter(0).isEmpty else { return [] }
        if isMyself(old) {
            nick = line.parameter(0)
            source = nil
            return []
        }
        people.renamed(network.fold(old), to: network.fold(line.parameter(0)))
        return claimNick(freedBy: old)
    }

    mutating func receiveQuit(_ line: IRCMessage) -> [IRCAction] {
        guard let leaver = line.source?.nick, !isMyself(leaver) else { return [] }
        people.quit(network.fold(leaver))
        return claimNick(freedBy: leaver)
    }

    private func claimNick(freedBy other: String) -> [IRCAction] {
        guard phase == .online, network.fold(other) == network.fold(settings.nick), !isMyself(settings.nick) else {
            return []
        }
        return [.send(IRCMessage("NICK", settings.nick))]
    }

    mutating func receiveAccount(_ line: IRCMessage) -> [IRCAction] {
        guard let nick = line.source?.nick else { return [] }
        let name = line.parameter(0) == "*" ? nil : line.parameter(0)
        if isMyself(nick) { account = name } else { people.changed(network.fold(nick), account: name) }
        return []
    }

    /// Finds out which account stands behind a message. The tag of the message itself is best; what was seen in a common
    /// room is next; else the server is asked, and the message waits for the answer.
    mutating func receiveSpeech(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        guard let source = line.source, source.isFull else { return [] }
        if isMyself(source.nick) {
            self.source = source.description
            return []
        }
        if let tagged = line.tags["account"] { return [.deliver(line, services: tagged)] }
        if capabilities.has("account-tag") { return [.deliver(line, services: nil)] }
        let person = network.fold(source.nick)
        if !lookups.isPending(person), case .known(let name) = people.account(of: person) {
            return [.deliver(line, services: name)]
        }
        guard network.hasWHOX else { return [.deliver(line, services: nil)] }
        switch lookups.hold(line, nick: person, now: now) {
        case .ask: return [.send(IRCMessage("WHO", source.nick, "%tuhna,\(IRCAccountLookups.token)"))]
        case .wait: return []
        case .full: return [.deliver(line, services: nil)]
        }
    }

    /// 354 has the account, 315 says that there is no more to come.
    mutating func receiveWho(_ numeric: Int, _ line: IRCMessage) -> [IRCAction] {
        if numeric == 354 {
            guard line.parameters.count >= 6, line.parameter(1) == IRCAccountLookups.token else { return [] }
            let person = IRCSource(nick: line.parameter(4), user: line.parameter(2), host: line.parameter(3))
            lookups.found(person, account: line.parameter(5), nick: network.fold(person.nick))
            return []
        }
        return lookups.finish(network.fold(line.parameter(1))).map { .deliver($0.line, services: $0.account) }
    }
}
