package import ClawProtocol
package import ClawSupport

/// Who sent an HTTP request, and what he may do; the scopes are those of the WebSocket.
package struct HTTPCaller: Sendable, Hashable {
    package var scopes: [Scope]
    package var remote: RemoteAddress

    package init(scopes: [Scope], remote: RemoteAddress) {
        self.scopes = scopes
        self.remote = remote
    }

    package func has(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }
}

/// The one place that decides who an HTTP request comes from (gateway-http §2.2). Failed attempts count together with those of
/// the WebSocket handshake.
package struct HTTPGuard: Sendable {
    private let settings: Live<AccessSettings>
    private let limiter: AttemptLimiter

    package init(settings: Live<AccessSettings>, limiter: AttemptLimiter) {
        self.settings = settings
        self.limiter = limiter
    }

    /// Throws `HTTPProblem` when the caller does not prove who he is or may not do what `access` asks for.
    package func admit(
        authorization: String?, remote: RemoteAddress, access: MethodAccess
    ) throws(HTTPProblem) -> HTTPCaller {
        let settings = settings.value
        if access == .anyone { return HTTPCaller(scopes: [], remote: remote) }
        let key = AttemptLimiter.key(remote, settings.rateLimit)
        if settings.mode != .none, let key, let rest = limiter.lockout(key) { throw .rateLimited(rest) }
        let result = SharedAuth(settings: settings).evaluate(Self.claim(authorization), from: remote)
        switch result {
        case .open: break
        case .verified, .tailnet: if result.isBySecret, let key { limiter.noteSuccess(key) }
        case .failed:
            if let key { limiter.noteFailure(key, settings.rateLimit) }
            throw .unauthorized
        }
        let caller = HTTPCaller(scopes: Self.scopes(of: remote), remote: remote)
        if let refusal = access.refusal(role: .operator, scopes: caller.scopes) {
            throw HTTPProblem(403, refusal, type: "permission_error")
        }
        return caller
    }

    /// The shared secret gives the same here as to a WebSocket client without a device: everything to a program on this
    /// machine, reading and writing to others (attacks S07).
    private static func scopes(of remote: RemoteAddress) -> [Scope] {
        remote.isLocal && remote.origin == nil ? [.admin, .read, .write, .approvals, .pairing] : [.read, .write]
    }

    /// A bearer is the token or the password, whichever the mode asks for.
    private static func claim(_ authorization: String?) -> ConnectParams.Auth {
        guard let authorization else { return ConnectParams.Auth() }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return ConnectParams.Auth() }
        let secret = String(parts[1])
        return ConnectParams.Auth(token: secret, password: secret)
    }
}
