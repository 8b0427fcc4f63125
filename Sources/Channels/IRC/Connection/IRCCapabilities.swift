import ClawSupport

/// What the server offered and what is on (IRCv3 capability negotiation 302).
struct IRCCapabilities: Sendable, Hashable {
    /// `batch` is what `labeled-response` needs.
    static let wanted = [
        "account-notify", "account-tag", "batch", "echo-message", "extended-join", "labeled-response", "message-tags",
        "multi-prefix", "server-time",
    ]

    var offered: [String: String] = [:]
    var enabled: Set<String> = []
    /// Requests without an answer.
    var pending = 0
    /// Whether CAP END was sent, or there is nothing to negotiate.
    var isSettled = false
    var isAuthenticating = false

    func has(_ name: String) -> Bool { enabled.contains(name) }

    mutating func offer(_ list: String) {
        for entry in list.split(separator: " ") {
            let pair = entry.split(separator: "=", maxSplits: 1)
            offered[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
    }

    /// Whether the server takes the mechanism; a server that names none takes any.
    func offers(_ mechanism: IRCSASL.Mechanism) -> Bool {
        guard let list = offered["sasl"] else { return false }
        return list.isEmpty || list.uppercased().split(separator: ",").contains { $0 == mechanism.rawValue }
    }

}

extension IRCConnectionMachine {
    mutating func receiveCapability(_ line: IRCMessage) -> [IRCAction] {
        switch line.parameter(1).uppercased() {
        case "LS":
            capabilities.offer(line.text)
            // A star before the list says that more of it follows.
            return line.parameters.count > 3 && line.parameter(2) == "*" ? [] : requestCapabilities()
        case "NEW":
            capabilities.offer(line.text)
            return requestLateAuthentication()
        case "DEL":
            for name in line.text.split(separator: " ") {
                capabilities.enabled.remove(String(name))
                capabilities.offered[String(name)] = nil
            }
            return []
        case "ACK":
            capabilities.pending -= 1
            capabilities.enabled.formUnion(line.text.split(separator: " ").map(String.init))
            return answered(line)
        case "NAK":
            capabilities.pending -= 1
            return refused(line.text.split(separator: " ").map(String.init), line)
        default: return []
        }
    }

    private mutating func requestCapabilities() -> [IRCAction] {
        if capabilities.isSettled || capabilities.pending > 0 { return [] }
        var names = IRCCapabilities.wanted.filter { capabilities.offered[$0] != nil }
        var actions: [IRCAction] = []
        if let sasl = settings.sasl {
            if capabilities.offers(sasl.mechanism) {
                names.append("sasl")
            } else if sasl.isExplicit {
                actions.append(.note(.capabilityUnavailable("sasl")))
            }
        }
        if names.isEmpty { return actions + endNegotiation() }
        capabilities.pending = 1
        return actions + [.send(IRCMessage("CAP", "REQ", names.joined(separator: " ")))]
    }

    /// Services may link after the bot has registered; the server then offers SASL anew.
    private mutating func requestLateAuthentication() -> [IRCAction] {
        guard capabilities.isSettled, account == nil, let sasl = settings.sasl, capabilities.offers(sasl.mechanism),
            !capabilities.isAuthenticating
        else { return [] }
        capabilities.pending += 1
        return [.send(IRCMessage("CAP", "REQ", "sasl"))]
    }

    /// A server refuses a list as a whole, so each name is asked for by itself.
    private mutating func refused(_ names: [String], _ line: IRCMessage) -> [IRCAction] {
        if names.count > 1 {
            capabilities.pending += names.count
            return names.map { .send(IRCMessage("CAP", "REQ", $0)) }
        }
        return answered(line)
    }

    private mutating func answered(_ line: IRCMessage) -> [IRCAction] {
        guard capabilities.pending <= 0 else { return [] }
        if capabilities.has("sasl"), account == nil, let sasl = settings.sasl, !capabilities.isAuthenticating,
            !capabilities.isSettled || line.text.contains("sasl")
        {
            capabilities.isAuthenticating = true
            return [.send(IRCMessage("AUTHENTICATE", sasl.mechanism.rawValue))]
        }
        return capabilities.isSettled ? [] : endNegotiation()
    }

    mutating func endNegotiation() -> [IRCAction] {
        capabilities.isSettled = true
        people.isTrusted = capabilities.has("extended-join") && capabilities.has("account-notify")
        return [.send(IRCMessage("CAP", "END"))]
    }

    mutating func receiveAuthenticate(_ line: IRCMessage) -> [IRCAction] {
        guard capabilities.isAuthenticating, line.text == "+", let sasl = settings.sasl else { return [] }
        guard sasl.mechanism == .plain else { return [.send(IRCMessage("AUTHENTICATE", "+"))] }
        return IRCSASLPlain.chunks(sasl).map { .send(IRCMessage("AUTHENTICATE", $0)) }
    }

    mutating func authenticationSucceeded() -> [IRCAction] {
        guard capabilities.isAuthenticating else { return [] }
        capabilities.isAuthenticating = false
        return capabilities.isSettled ? [] : endNegotiation()
    }

    mutating func authenticationFailed(_ numeric: Int, _ line: IRCMessage) -> [IRCAction] {
        // 908 only lists mechanisms; the failure follows it.
        guard capabilities.isAuthenticating, numeric != 908 else { return [] }
        capabilities.isAuthenticating = false
        if settings.sasl?.isExplicit == true { return close(.authenticationFailed(line.text)) }
        return capabilities.isSettled ? [] : endNegotiation()
    }
}

/// The message of SASL PLAIN (RFC 4616) in the pieces that IRC carries.
enum IRCSASLPlain {
    static let chunkLength = 400

    static func chunks(_ sasl: IRCSASL) -> [String] {
        let text = Base64.encode(Array("\(sasl.username)\0\(sasl.username)\0\(sasl.password.reveal())".utf8))
        var chunks: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            chunks.append(String(rest.prefix(chunkLength)))
            rest = rest.dropFirst(chunkLength)
        }
        // A full last piece would look as if more followed.
        if chunks.last?.count == chunkLength { chunks.append("+") }
        return chunks
    }
}
