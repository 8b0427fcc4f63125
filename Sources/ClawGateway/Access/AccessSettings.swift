package import ClawSupport

/// Who may come in, as the configuration says it: a snapshot that is replaced when the configuration changes.
package struct AccessSettings: Sendable {
    package enum Mode: String, Sendable, Hashable {
        case none
        case token
        case password
        case trustedProxy = "trusted-proxy"
    }

    package struct RateLimit: Sendable, Hashable {
        /// Failures within `window` that lead to a lockout.
        package var maxAttempts = 10
        package var window: Duration = .seconds(60)
        package var lockout: Duration = .seconds(300)
        /// Whether clients of this machine other than browsers are never locked out. Off unless the configuration says so,
        /// since a password can be guessed from here, too.
        package var exemptLoopback = false

        package init() {}
    }

    package var mode: Mode
    package var token: Redacted?
    package var password: Redacted?
    package var rateLimit = RateLimit()
    package var trustedProxies: [IPRange] = []
    /// Whom mode `trusted-proxy` believes; nil in every other mode.
    package var proxy: ProxyTrust?
    /// The addresses of this machine, from which any of its programs may call.
    package var ownAddresses: Set<IPAddress> = []
    package var allowRealIPFallback = false
    /// Whether the proxy of Tailscale on this machine passes on requests of others.
    package var isShownByTailscale = false
    /// Whether a user whom Tailscale names needs no token or password.
    package var allowsTailnetUsers = false
    /// `scheme://host[:port]` in lower case, or `*`.
    package var allowedOrigins: [String] = []
    package var allowHostHeaderOrigin = false
    package var allowInsecureControlUI = false
    package var disableControlUIDevices = false
    /// Names by which this Gateway may be addressed besides loopback names and IP addresses.
    package var extraHosts: [String] = []

    /// Whether sockets from there may carry the requests of many clients.
    func isProxy(_ peer: IPAddress?) -> Bool {
        peer.map { peer in trustedProxies.contains { !$0.isEverything && $0.contains(peer) } } ?? false
    }

    package init(mode: Mode, token: Redacted? = nil, password: Redacted? = nil) {
        self.mode = mode
        self.token = token
        self.password = password
    }
}
