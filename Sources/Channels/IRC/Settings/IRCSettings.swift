import ClawChannelKit
import ClawCore
import ClawSupport

/// How the bot proves its services account while it connects.
struct IRCSASL: Sendable, Hashable {
    enum Mechanism: String, Sendable, Hashable, CaseIterable {
        case plain = "PLAIN"
        /// The account is that of the TLS client certificate.
        case external = "EXTERNAL"
    }

    var mechanism: Mechanism
    var username: String
    var password: IRCSecret
    /// Whether configuration asked for it; else it is tried with the NickServ password when the server offers it, and
    /// NickServ is the way when that fails.
    var isExplicit: Bool
}

/// A password that compares as a value but does not print.
struct IRCSecret: Sendable, Hashable, CustomStringConvertible {
    private let redacted: Redacted

    init(_ text: String) { redacted = Redacted(text) }

    func reveal() -> String { redacted.reveal() }

    var description: String { redacted.description }

    static func == (left: IRCSecret, right: IRCSecret) -> Bool { left.redacted.matches(right.reveal()) }

    func hash(into hasher: inout Hasher) { hasher.combine(reveal()) }
}

struct IRCNickServ: Sendable, Hashable {
    var service = "NickServ"
    var password: IRCSecret?
    /// The address for a registration that is asked for once, when the nick is not registered.
    var registerEmail: String?
}

struct IRCTLS: Sendable, Hashable {
    /// Certificates to trust instead of those of the system (PEM).
    var caFile: String?
    /// SHA-256 of the server's certificate in lower-case hexadecimal; then nothing else is checked.
    var fingerprint: String?
    var dangerouslyAllowInvalidCertificates = false
    /// The client's certificate for SASL EXTERNAL (PEM).
    var certificateFile: String?
    var keyFile: String?
}

/// A channel to join, and its key.
struct IRCRoom: Sendable, Hashable {
    var name: String
    var key: String?
}

/// How fast lines leave: `burst` at once, then one each `interval`.
struct IRCFloodLimit: Sendable, Hashable {
    var burst = 4
    var interval = Duration.milliseconds(2000)
    /// More waiting lines than this are refused.
    var queueLimit = 500
}

/// The settings of one account of the channel.
struct IRCSettings: Sendable, Hashable {
    var host: String
    var port: Int
    /// Nil is plain TCP, which only `tls: false` gives.
    var tls: IRCTLS?
    var nick = "openclaw"
    var username = "openclaw"
    var realname = "OpenClaw"
    var password: IRCSecret?
    var sasl: IRCSASL?
    /// Nil when NickServ is not to be spoken to.
    var nickServ: IRCNickServ?
    var rooms: [IRCRoom] = []
    var flood = IRCFloodLimit()

    init(host: String, port: Int, tls: IRCTLS?) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}
