import ClawSupport

/// The life of one connection, from the first line to the last: event in, actions out. Pure; times are monotonic
/// nanoseconds.
struct IRCConnectionMachine: Sendable {
    enum Phase: Sendable, Hashable {
        /// Capabilities and authentication, before 001.
        case negotiating
        /// 001 came; waiting for the end of the greeting.
        case welcomed
        /// Waiting for NickServ, at most until `deadline`.
        case identifying
        case online
        case closed
    }

    struct RoomState: Sendable, Hashable {
        var room: IRCRoom
        var isJoined = false
        /// Refusals and kicks in a row.
        var failures = 0
        var joinAt: UInt64?
        var joinedAt: UInt64 = 0
    }

    static let second: UInt64 = 1_000_000_000
    static let registrationTimeout: UInt64 = 30 * second
    static let pingInterval: UInt64 = 60 * second
    static let identifyTimeout: UInt64 = 5 * second
    static let nickRetryInterval: UInt64 = 300 * second
    static let rejoinBackoff = Backoff(first: .seconds(5), factor: 3, maximum: .seconds(900), jitter: 0)

    let settings: IRCSettings
    var phase = Phase.negotiating
    var nick: String
    var network = IRCNetwork()
    var capabilities = IRCCapabilities()
    /// The services account of the bot itself.
    var account: String?
    /// What the server puts before the bot's lines, once it is known.
    var source: String?
    /// By folded name.
    var rooms: [String: RoomState] = [:]
    var people = IRCAccountBook()
    var lookups = IRCAccountLookups()
    /// When the phase must have moved on.
    var phaseDeadline: UInt64 = 0
    var lastReceived: UInt64 = 0
    var pingSentAt: UInt64?
    var missedPings = 0
    var collisions = 0
    var nickRetryAt: UInt64 = 0
    var ghostAttempts = 0

    init(settings: IRCSettings) {
        self.settings = settings
        nick = settings.nick
    }

    var isOnline: Bool { phase == .online }

    /// The first lines of a connection.
    mutating func start(now: UInt64) -> [IRCAction] {
        lastReceived = now
        phaseDeadline = now + Self.registrationTimeout
        var actions: [IRCAction] = []
        if let password = settings.password { actions.append(.send(IRCMessage("PASS", password.reveal()))) }
        actions.append(.send(IRCMessage("CAP", "LS", "302")))
        actions.append(.send(IRCMessage("NICK", nick)))
        actions.append(.send(IRCMessage("USER", settings.username, "0", "*", settings.realname)))
        return actions
    }

    /// What a line of the server leads to.
    mutating func receive(_ line: IRCMessage, now: UInt64) -> [IRCAction] {
        if phase == .closed { return [] }
        lastReceived = now
        missedPings = 0
        pingSentAt = nil
        if let numeric = line.numeric { return receiveNumeric(numeric, line, now: now) }
        switch line.command {
        case "PING": return [.send(IRCMessage(command: "PONG", parameters: line.parameters))]
        case "CAP": return receiveCapability(line)
        case "AUTHENTICATE": return receiveAuthenticate(line)
        case "ERROR": return close(.serverError(line.text))
        case "NICK": return receiveNick(line)
        case "JOIN": return receiveJoin(line, now: now)
        case "PART", "KICK": return receiveDeparture(line, now: now)
        case "QUIT": return receiveQuit(line)
        case "ACCOUNT": return receiveAccount(line)
        case "PRIVMSG": return receiveSpeech(line, now: now)
        case "NOTICE": return receiveNotice(line, now: now)
        default: return []
        }
    }

    /// What the passing of time leads to.
    mutating func tick(now: UInt64) -> [IRCAction] {
        switch phase {
        case .closed: return []
        case .negotiating where now >= phaseDeadline: return close(.registrationTimeout)
        // A server that never ends its greeting is ready all the same.
        case .welcomed where now >= phaseDeadline: return greetingEnded(now: now)
        case .identifying where now >= phaseDeadline: return goOnline(now: now)
        default: break
        }
        var actions = checkLiveness(now: now)
        if phase == .online {
            actions += joinDueRooms(now: now)
            actions += retryNick(now: now)
            actions += lookups.expired(now: now).map { .deliver($0, services: nil) }
        }
        return actions
    }

    /// When `tick` has something to do next, as far as is known now.
    var nextDeadline: UInt64 {
        if phase == .closed { return .max }
        var next = (pingSentAt ?? lastReceived) + Self.pingInterval
        if phase != .online { next = min(next, phaseDeadline) }
        for room in rooms.values { if let time = room.joinAt { next = min(next, time) } }
        if let time = lookups.nextDeadline { next = min(next, time) }
        return next
    }

    /// A room that is to be joined but is not; what is said there would be lost.
    func isWaitingFor(room target: String) -> Bool {
        guard let room = network.channel(of: target), let state = rooms[network.fold(room)] else { return false }
        return !state.isJoined
    }

    mutating func close(_ reason: IRCCloseReason) -> [IRCAction] {
        phase = .closed
        return [.close(reason)]
    }

    private mutating func checkLiveness(now: UInt64) -> [IRCAction] {
        guard now >= (pingSentAt ?? lastReceived) + Self.pingInterval else { return [] }
        if pingSentAt != nil {
            missedPings += 1
            if missedPings >= 2 { return close(.pingTimeout) }
        }
        pingSentAt = now
        return [.send(IRCMessage("PING", "claw-live"))]
    }

    private mutating func receiveNumeric(_ numeric: Int, _ line: IRCMessage, now: UInt64) -> [IRCAction] {
        switch numeric {
        case 1: return receiveWelcome(line, now: now)
        case 5: network.read(line)
        case 376, 422: return phase == .welcomed ? greetingEnded(now: now) : []
        case 396 where !line.parameter(1).isEmpty: source = nil
        case 354, 315: return receiveWho(numeric, line)
        case 421 where line.parameter(1) == "CAP": return capabilities.isSettled ? [] : endNegotiation()
        case 432, 433, 436, 437: return receiveNickRefusal(numeric, line)
        case 464 where phase == .negotiating: return close(.passwordRefused(line.text))
        case 465 where phase == .negotiating: return close(.serverError(line.text))
        case 900:
            account = line.parameter(2)
            return [.note(.loggedIn(account: line.parameter(2)))] + identified(now: now)
        case 901: account = nil
        case 902, 904, 905, 906, 908: return authenticationFailed(numeric, line)
        case 903, 907: return authenticationSucceeded()
        case 403, 405, 471, 473, 474, 475, 476, 477, 480, 489, 520:
            return receiveJoinRefusal(line, now: now)
        default: break
        }
        return []
    }
}
