package import ClawConfig
package import ClawCore
import ClawSupport

extension AccessSettings {
    /// Reads the settings; throws when the Gateway must not start with them (gateway-protocol §6.1).
    ///
    /// - Parameters:
    ///   - listensBeyondLoopback: whether the listener can be reached from other machines.
    ///   - exemptsLoopback: `gateway.auth.rateLimit.exemptLoopback` as the file says it; false when the file says nothing.
    package init(
        _ gateway: GatewayConfiguration, listensBeyondLoopback: Bool, exemptsLoopback: Bool = false
    ) throws(ClawError) {
        let auth = gateway.auth
        switch auth.effectiveMode {
        case .none: self.init(mode: .none)
        case .token: self.init(mode: .token, token: auth.token)
        case .password: self.init(mode: .password, password: auth.password?.value)
        case .trustedProxy:
            throw Self.fault(
                "gateway.auth.mode trusted-proxy is not available yet.", "Use the mode token or password.")
        }
        try checkSecrets(listensBeyondLoopback: listensBeyondLoopback)
        rateLimit.maxAttempts = auth.rateLimit.maxAttempts
        rateLimit.window = auth.rateLimit.window
        rateLimit.lockout = auth.rateLimit.lockout
        rateLimit.exemptLoopback = exemptsLoopback
        for text in gateway.trustedProxies {
            guard let range = IPRange(text) else {
                throw Self.fault(
                    "gateway.trustedProxies holds \"\(text)\", which is no address.", "Correct or remove it.")
            }
            trustedProxies.append(range)
        }
        allowRealIPFallback = gateway.allowRealIPFallback
        allowedOrigins = gateway.controlUI.allowedOrigins.map(Origin.canonicalText)
        allowHostHeaderOrigin = gateway.controlUI.dangerouslyAllowHostHeaderOriginFallback
        allowInsecureControlUI = gateway.controlUI.allowInsecureAuth
        disableControlUIDevices = gateway.controlUI.dangerouslyDisableDeviceAuth
        if let host = gateway.customBindHost { extraHosts = [host.lowercased()] }
        if listensBeyondLoopback, gateway.controlUI.isEnabled, allowedOrigins.isEmpty, !allowHostHeaderOrigin {
            throw Self.fault(
                "The Control UI would be reachable from other machines without any allowed origin.",
                "Set gateway.controlUi.allowedOrigins, or gateway.bind to loopback.")
        }
    }

    private func checkSecrets(listensBeyondLoopback: Bool) throws(ClawError) {
        switch mode {
        case .none:
            if listensBeyondLoopback {
                throw Self.fault(
                    "gateway.auth.mode none is not allowed when other machines can reach the Gateway.",
                    "Set gateway.auth.token, or gateway.bind to loopback.")
            }
        case .token:
            if token?.isEmpty ?? true {
                throw Self.fault("gateway.auth.mode is token and there is no token.", "Set gateway.auth.token.")
            }
        case .password:
            if password?.isEmpty ?? true {
                throw Self.fault(
                    "gateway.auth.mode is password and there is no password.",
                    "Set gateway.auth.password or OPENCLAW_GATEWAY_PASSWORD.")
            }
        }
    }

    private static func fault(_ message: String, _ hint: String) -> ClawError {
        ClawError(.configInvalid, message, hint: hint)
    }
}
