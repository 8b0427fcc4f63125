package import ClawSupport

/// What the mode `trusted-proxy` goes by: a proxy that lets people in and names them in a header (gateway-protocol §6.2).
package struct ProxyTrust: Sendable {
    /// The header in which the proxy shows `secret`.
    package static let secretHeader = "X-OpenClaw-Proxy-Secret"
    /// A shorter secret could be guessed: what comes from the address of the proxy itself is never locked out.
    package static let shortestSecret = 24

    /// The header that names the user, in any case.
    package var userHeader: String
    /// Headers that must not be empty.
    package var requiredHeaders: [String]
    /// The users that may come in; empty lets in every user that the proxy names.
    package var allowUsers: [String]
    /// What the proxy shows to prove itself. Without it a program on the same machine could play the proxy, and no program on
    /// this machine is believed (attacks S18).
    package var secret: Redacted?

    package init(
        userHeader: String, requiredHeaders: [String] = [], allowUsers: [String] = [], secret: Redacted? = nil
    ) {
        self.userHeader = userHeader
        self.requiredHeaders = requiredHeaders
        self.allowUsers = allowUsers
        self.secret = secret
    }

    /// Why the request does not count as one of the proxy itself; nil when it does.
    func refusal(of peer: IPAddress?, _ headers: ClientHeaders, _ settings: AccessSettings) -> ProxyRefusal? {
        guard let peer, settings.trustedProxies.contains(where: { $0.contains(peer) }) else { return .untrustedSource }
        guard let secret else {
            return peer.isLoopback || settings.ownAddresses.contains(peer) ? .untrustedSource : nil
        }
        guard let shown = headers.only(Self.secretHeader), secret.matches(shown) else { return .wrongSecret }
        return nil
    }

    /// Who the request is from. The names of users are compared as they are.
    func identity(from peer: IPAddress?, _ headers: ClientHeaders, _ settings: AccessSettings) -> ProxyIdentity {
        if let refusal = refusal(of: peer, headers, settings) { return ProxyIdentity(refusal: refusal) }
        if let missing = requiredHeaders.first(where: { headers.values($0).isEmpty }) {
            return ProxyIdentity(refusal: .missingHeader(missing.lowercased()))
        }
        guard let user = headers.only(userHeader) else { return ProxyIdentity(refusal: .userMissing) }
        return ProxyIdentity(
            user: user, refusal: allowUsers.isEmpty || allowUsers.contains(user) ? nil : .userNotAllowed)
    }
}

/// What came of the word of a proxy.
package struct ProxyIdentity: Sendable, Hashable {
    /// The user that the proxy named, let in or not.
    package var user: String?
    /// Nil when the user may come in.
    package var refusal: ProxyRefusal?

    init(user: String? = nil, refusal: ProxyRefusal? = nil) {
        self.user = user
        self.refusal = refusal
    }
}

/// Why the word of a proxy lets nobody in.
package enum ProxyRefusal: Sendable, Hashable {
    /// Nothing says what to believe.
    case notConfigured
    /// The other end is no proxy of `gateway.trustedProxies`, or a program of this machine where no secret tells them apart.
    case untrustedSource
    case wrongSecret
    /// In lower case.
    case missingHeader(String)
    /// Also when the header came more than once: the client may have sent one of them.
    case userMissing
    case userNotAllowed

    /// As gateway-protocol §7 names it.
    package var reason: String {
        switch self {
        case .notConfigured: "trusted_proxy_config_missing"
        case .untrustedSource: "trusted_proxy_untrusted_source"
        case .wrongSecret: "trusted_proxy_secret_mismatch"
        case .missingHeader(let name): "trusted_proxy_missing_header_\(name)"
        case .userMissing: "trusted_proxy_user_missing"
        case .userNotAllowed: "trusted_proxy_user_not_allowed"
        }
    }
}
