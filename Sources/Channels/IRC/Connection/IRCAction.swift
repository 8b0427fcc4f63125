/// What the connection machine wants done.
enum IRCAction: Sendable, Hashable {
    /// Write this now, ahead of what waits for flood control.
    case send(IRCMessage)
    /// Somebody spoke; `services` is the account that the network vouches for.
    case deliver(IRCMessage, services: String?)
    /// Registered, identified and ready to send.
    case ready
    /// Something for the log and the status.
    case note(IRCNote)
    case close(IRCCloseReason)
}

enum IRCNote: Sendable, Hashable {
    case loggedIn(account: String)
    case nickInUse(wanted: String, using: String)
    case joined(room: String)
    case joinRefused(room: String, reason: String)
    case kicked(room: String, by: String, reason: String)
    case capabilityUnavailable(String)
}

/// Why a connection ended, or never came to be.
enum IRCCloseReason: Error, Sendable, Hashable, CustomStringConvertible {
    case connectFailed(String)
    case registrationTimeout
    case pingTimeout
    case closedByServer
    /// The sentence of an ERROR line.
    case serverError(String)
    case authenticationFailed(String)
    case passwordRefused(String)
    case nickRefused(String)
    case broken(String)

    var description: String {
        switch self {
        case .connectFailed(let text): "Cannot connect: \(text)"
        case .registrationTimeout: "The server did not welcome the bot in time."
        case .pingTimeout: "The server did not answer two pings."
        case .closedByServer: "The server closed the connection."
        case .serverError(let text): "The server ended the connection: \(text)"
        case .authenticationFailed(let text): "SASL authentication failed: \(text)"
        case .passwordRefused(let text): "The server refused the connection password: \(text)"
        case .nickRefused(let text): "The server refused the nick: \(text)"
        case .broken(let text): "The connection broke: \(text)"
        }
    }

    /// Whether only the owner of the bot or of the network can mend it, so that trying fast is rude.
    var needsHelp: Bool {
        switch self {
        case .authenticationFailed, .passwordRefused, .nickRefused: true
        default: false
        }
    }
}
