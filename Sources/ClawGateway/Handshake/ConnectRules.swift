import ClawProtocol
import ClawSupport

/// One `connect` on its way through the checks.
struct Attempt: Sendable {
    let params: ConnectParams
    let remote: RemoteAddress
    let role: Role
    let settings: AccessSettings
    /// What the attempt counts under for the limiter; nil when it is exempt.
    let limitKey: String?
    var auth = SharedAuthResult.open
    /// How long the lockout lasts.
    var retryAfter: Duration?

    init(params: ConnectParams, remote: RemoteAddress, role: Role, settings: AccessSettings) {
        self.params = params
        self.remote = remote
        self.role = role
        self.settings = settings
        limitKey = AttemptLimiter.key(remote, settings.rateLimit)
    }

    /// What may be a device token. Whom a trusted proxy does not let in comes in by none.
    var deviceTokenCandidate: String? {
        if settings.mode == .trustedProxy, remote.isProxied { return nil }
        return SharedAuth.supplied(params.auth.deviceToken) ?? SharedAuth.supplied(params.auth.token)
    }
}

/// The checks of a `connect` that need nothing but its params and the settings.
enum ConnectRules {
    /// Checks the protocol range and returns the role.
    static func role(_ params: ConnectParams) throws(HandshakeRefusal) -> Role {
        let version = WireLimit.protocolVersion
        if params.maxProtocol < version || params.minProtocol > version {
            throw HandshakeRefusal(
                WireError(.invalidRequest, "protocol mismatch", details: ["expectedProtocol": .int(version)]),
                code: .protocolError)
        }
        guard let text = params.role else { return .operator }
        guard let role = Role(rawValue: text) else {
            throw HandshakeRefusal(WireError(.invalidRequest, "invalid role"))
        }
        return role
    }

    /// Pages must come from an allowed origin, and clients that say they are pages must have one (gateway-protocol §8.3).
    static func checkOrigin(
        _ params: ConnectParams, _ remote: RemoteAddress, _ policy: OriginPolicy
    ) throws(HandshakeRefusal) {
        let isPage = params.client.isControlUI || params.client.isWebchat
        guard isPage || remote.origin != nil else { return }
        if policy.allowsOrigin(of: remote) { return }
        throw HandshakeRefusal(
            WireError(
                .invalidRequest,
                "origin not allowed (open the page from the gateway host or add it to gateway.controlUi.allowedOrigins)"
            ))
    }

    /// The device to judge; nil when there is none, or when the configuration says not to look at it.
    static func device(of params: ConnectParams, _ settings: AccessSettings) -> ConnectParams.Device? {
        params.client.isControlUI && settings.disableControlUIDevices ? nil : params.device
    }

    /// What a client without a device may do, or why it may not come in (gateway-protocol §5.6; attacks S07, S10, S22).
    static func scopesWithoutDevice(_ attempt: Attempt) throws(HandshakeRefusal) -> [Scope] {
        let (params, settings, remote) = (attempt.params, attempt.settings, attempt.remote)
        let isExempt = params.client.isControlUI && settings.disableControlUIDevices
        let isNamedByProxy = attempt.role == .operator && attempt.auth == .verified(.trustedProxy)
        if params.client.isControlUI, !isExempt, !isNamedByProxy, !(settings.allowInsecureControlUI && remote.isLocal) {
            throw HandshakeRefusal(
                WireError(
                    .invalidRequest,
                    "control ui requires device identity (use HTTPS or localhost secure context)",
                    details: ["code": "CONTROL_UI_DEVICE_IDENTITY_REQUIRED"]))
        }
        // A user of the tailnet is known, and what he sits at is not.
        if attempt.role == .operator, attempt.auth.isVerified, isExempt || !attempt.auth.isByTailnet {
            let asked = params.scopes.map(Scope.init)
            if isExempt || remote.isLocal && remote.origin == nil { return asked }
            // The proxy vouches for the person, and nobody yet for what its browser may do.
            if isNamedByProxy { return [] }
            return asked.filter { $0 == .read || $0 == .write }
        }
        let isSupplied =
            SharedAuth.supplied(params.auth.token) != nil || SharedAuth.supplied(params.auth.password) != nil
        if case .failed(let reason) = attempt.auth, isSupplied { throw unauthorized(reason, attempt) }
        throw HandshakeRefusal(
            WireError(.notPaired, "device identity required", details: ["code": "DEVICE_IDENTITY_REQUIRED"]))
    }

    static func unauthorized(_ reason: AuthFailure, _ attempt: Attempt) -> HandshakeRefusal {
        let error = WireError(
            .invalidRequest, reason.message(for: attempt.params.client),
            details: ["code": .string(reason.code), "authReason": .string(reason.reason)])
        guard reason == .rateLimited, let rest = attempt.retryAfter else { return HandshakeRefusal(error) }
        var locked = error
        locked.retryable = true
        locked.retryAfter = Int(rest.wholeMilliseconds)
        return HandshakeRefusal(locked)
    }
}
