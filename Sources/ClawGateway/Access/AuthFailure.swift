package import ClawProtocol

/// Why a client was not let in, by the reasons of gateway-protocol §7.
package enum AuthFailure: Sendable, Hashable {
    case tokenMissing
    case tokenMismatch
    case tokenMissingConfig
    case passwordMissing
    case passwordMismatch
    case passwordMissingConfig
    case rateLimited
    case deviceTokenMismatch
    case proxy(ProxyRefusal)

    /// `details.authReason`.
    package var reason: String {
        switch self {
        case .tokenMissing: "token_missing"
        case .tokenMismatch: "token_mismatch"
        case .tokenMissingConfig: "token_missing_config"
        case .passwordMissing: "password_missing"
        case .passwordMismatch: "password_mismatch"
        case .passwordMissingConfig: "password_missing_config"
        case .rateLimited: "rate_limited"
        case .deviceTokenMismatch: "device_token_mismatch"
        case .proxy(let refusal): refusal.reason
        }
    }

    /// `details.code`, which clients read first.
    package var code: String {
        switch self {
        case .tokenMissing: "AUTH_TOKEN_MISSING"
        case .tokenMismatch: "AUTH_TOKEN_MISMATCH"
        case .tokenMissingConfig: "AUTH_TOKEN_NOT_CONFIGURED"
        case .passwordMissing: "AUTH_PASSWORD_MISSING"
        case .passwordMismatch: "AUTH_PASSWORD_MISMATCH"
        case .passwordMissingConfig: "AUTH_PASSWORD_NOT_CONFIGURED"
        case .rateLimited: "AUTH_RATE_LIMITED"
        case .deviceTokenMismatch: "AUTH_DEVICE_TOKEN_MISMATCH"
        case .proxy: "AUTH_UNAUTHORIZED"
        }
    }

    /// The text for a client; what stands in parentheses is advice for its kind.
    package func message(for client: ConnectParams.Client) -> String {
        switch self {
        case .tokenMissing: "unauthorized: gateway token missing (\(Self.advice("token", client)))"
        case .tokenMismatch: "unauthorized: gateway token mismatch (\(Self.advice("token", client)))"
        case .tokenMissingConfig: "unauthorized: gateway token not configured on gateway (set gateway.auth.token)"
        case .passwordMissing: "unauthorized: gateway password missing (\(Self.advice("password", client)))"
        case .passwordMismatch: "unauthorized: gateway password mismatch (\(Self.advice("password", client)))"
        case .passwordMissingConfig:
            "unauthorized: gateway password not configured on gateway (set gateway.auth.password)"
        case .rateLimited: "unauthorized: too many failed authentication attempts (retry later)"
        case .deviceTokenMismatch: "unauthorized: device token mismatch (rotate/reissue device token)"
        case .proxy: "unauthorized"
        }
    }

    private static func advice(_ secret: String, _ client: ConnectParams.Client) -> String {
        if client.isControlUI || client.isWebchat { return "enter the gateway \(secret) in the connection settings" }
        if client.id == "cli" { return "pass --\(secret) or set OPENCLAW_GATEWAY_\(secret.uppercased())" }
        return "provide gateway auth \(secret)"
    }
}
