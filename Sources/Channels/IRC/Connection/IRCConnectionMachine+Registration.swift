extension IRCConnectionMachine {
    mutating func receiveWelcome(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        guard phase == .negotiating else { return [] }
        // A server without capabilities welcomes without an answer to CAP.
        capabilities.isSettled = true
        phase = .welcomed
        phaseDeadline = now + Self.identifyTimeout
        if !line.parameter(0).isEmpty { nick = line.parameter(0) }
        nickRetryAt = now + Self.nickRetryInterval
        return nick == settings.nick ? [] : [.note(.nickInUse(wanted: settings.nick, using: nick))]
    }

    mutating func greetingEnded(now: UInt64) -> [IRCAction] {
        var actions: [IRCAction] = []
        if let nickServ = settings.nickServ, let password = nickServ.password {
            if network.fold(nick) != network.fold(settings.nick) {
                ghostAttempts += 1
                actions.append(tell(nickServ, "GHOST \(settings.nick) \(password.reveal())"))
            }
            if account == nil {
                let hasNick = network.fold(nick) == network.fold(settings.nick)
                let name = hasNick ? "" : "\(settings.nick) "
                actions.append(tell(nickServ, "IDENTIFY \(name)\(password.reveal())"))
                phase = .identifying
                phaseDeadline = now + Self.identifyTimeout
                return actions
            }
        }
        return actions + goOnline(now: now)
    }

    /// The network says that the bot is logged in.
    mutating func identified(now: UInt64) -> [IRCAction] { phase == .identifying ? goOnline(now: now) : [] }

    mutating func goOnline(now: UInt64) -> [IRCAction] {
        phase = .online
        for room in settings.rooms { rooms[network.fold(room.name)] = RoomState(room: room, joinAt: now) }
        return [.ready] + joinDueRooms(now: now)
    }

    mutating func receiveNickRefusal(_ numeric: Int, _ line: IRCMessage) -> [IRCAction] {
        // 437 is also said of channels.
        if numeric == 437, network.channel(of: line.parameter(1)) != nil { return [] }
        guard phase == .negotiating else { return [] }
        if numeric == 432 { return close(.nickRefused(line.text)) }
        collisions += 1
        if collisions > 20 { return close(.nickRefused(line.text)) }
        // Long nicks are cut by the server, which would make the suffix vanish, so it takes the place of the end.
        let suffix = collisions == 1 ? "_" : "\(collisions)"
        nick = "\(settings.nick.prefix(max(1, 24 - suffix.count)))\(suffix)"
        return [.send(IRCMessage("NICK", nick))]
    }

    mutating func receiveNotice(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        guard let nickServ = settings.nickServ, let speaker = line.source?.nick,
            network.fold(speaker) == network.fold(serviceNick(nickServ))
        else { return [] }
        var actions: [IRCAction] = []
        if ghostAttempts > 0, ghostAttempts <= 3, phase != .negotiating,
            network.fold(nick) != network.fold(settings.nick)
        {
            ghostAttempts += 1
            actions.append(.send(IRCMessage("NICK", settings.nick)))
        }
        let text = line.text.lowercased()
        if phase == .identifying, let email = nickServ.registerEmail, let password = nickServ.password,
            text.contains("not registered") || text.contains("isn't registered")
        {
            actions.append(tell(nickServ, "REGISTER \(password.reveal()) \(email)"))
        }
        return actions
    }

    /// Asks for the wanted nick again now and then.
    mutating func retryNick(now: UInt64) -> [IRCAction] {
        guard network.fold(nick) != network.fold(settings.nick), now >= nickRetryAt else { return [] }
        nickRetryAt = now + Self.nickRetryInterval
        return [.send(IRCMessage("NICK", settings.nick))]
    }

    private func tell(_ nickServ: IRCNickServ, _ text: String) -> IRCAction {
        .send(IRCMessage("PRIVMSG", nickServ.service, text))
    }

    /// `NickServ` of `NickServ@services.example.org`.
    private func serviceNick(_ nickServ: IRCNickServ) -> String {
        String(nickServ.service.prefix { $0 != "@" })
    }
}
