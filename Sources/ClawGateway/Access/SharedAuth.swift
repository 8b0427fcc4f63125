package import ClawProtocol
import ClawSupport

/// What became of the shared secret of a `connect` (gateway-protocol §6.2).
package enum SharedAuthResult: Sendable, Hashable {
    /// Proved by a secret, or by a trusted proxy.
    case verified(AccessSettings.Mode)
    /// Tailscale confirmed that the client is this account of the tailnet.
    case tailnet(String)
    /// Authentication is off; nothing was proved.
    case open
    case failed(AuthFailure)

    package var isVerified: Bool {
        switch self {
        case .verified, .tailnet: true
        case .open, .failed: false
        }
    }

    var isByTailnet: Bool {
        if case .tailnet = self { true } else { false }
    }

    /// Whether a secret was shown that could have been guessed.
    var isBySecret: Bool { isVerified && !isByTailnet && self != .verified(.trustedProxy) }
}

/// Compares the token or password of a `connect` with the configured one, or takes the word of a trusted proxy.
package struct SharedAuth: Sendable {
    private let settings: AccessSettings

    package init(settings: AccessSettings) { self.settings = settings }

    package func evaluate(_ auth: ConnectParams.Auth, from remote: RemoteAddress) -> SharedAuthResult {
        switch settings.mode {
        case .none: return .open
        case .trustedProxy:
            // A token or a password is no way in beside the proxy.
            guard let proxy = remote.proxy else { return .failed(.proxy(.notConfigured)) }
            return proxy.refusal.map { .failed(.proxy($0)) } ?? .verified(.trustedProxy)
        case .token:
            guard let secret = settings.token else { return .failed(.tokenMissingConfig) }
            guard let guess = Self.supplied(auth.token) else { return .failed(.tokenMissing) }
            return secret.matches(guess) ? .verified(.token) : .failed(.tokenMismatch)
        case .password:
            guard let secret = settings.password else { return .failed(.passwordMissingConfig) }
            guard let guess = Self.supplied(auth.password) else { return .failed(.passwordMissing) }
            return secret.matches(guess) ? .verified(.password) : .failed(.passwordMismatch)
        }
    }

    /// Trimmed; blank counts as missing.
    static func supplied(_ text: String?) -> String? {
        guard let text else { return nil }
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return nil }
        return String(text[first...last])
    }
}
