package import ClawConfig
package import ClawCore
package import ClawSupport

extension AccessSettings {
    /// Reads the settings; throws when the Gateway must not start with them (gateway-protocol §6.1).
    ///
    /// - Parameters:
    ///   - listensBeyondLoopback: whether the listener can be reached from other machines.
    ///   - ownAddresses: the addresses of this machine.
    ///   - exemptsLoopback: `gateway.auth.rateLimit.exemptLoopback` as the file says it; false when the file says nothing.
    package init(
        _ gateway: GatewayConfiguration, listensBeyondLoopback: Bool, ownAddresses: Set<IPAddress> = [],
        exemptsLoopback: Bool = false
    ) throws(ClawError) {
        let auth = gateway.auth
        switch auth.effectiveMode {
        case .none: self.init(mode: .none)
        case .token: self.init(mode: .token, token: auth.token)
        case .password: self.init(mode: .password, password: auth.password?.value)
        case .trustedProxy: self.init(mode: .trustedProxy)
        }
        self.ownAddresses = ownAddresses
        // The command line may say other than the file, which was checked.
        if let fault = gateway.tailscaleFault { throw Self.fault(fault.message, fault.fix) }
        isShownByTailscale = gateway.tailscale.mode != .off
        allowsTailnetUsers = gateway.allowsTailnetUsers
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
        if mode == .trustedProxy { proxy = try proxyTrust(auth.trustedProxy) }
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
        case .trustedProxy: break
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

    /// Whom to believe; throws when anybody could name himself.
    private func proxyTrust(_ configured: GatewayConfiguration.TrustedProxy?) throws(ClawError) -> ProxyTrust {
        guard let configured, let header = SharedAuth.supplied(configured.userHeader) else {
            throw Self.fault(
                "gateway.auth.mode is trusted-proxy and no header names the user.",
                "Set gateway.auth.trustedProxy.userHeader to the header of the proxy, for example X-Forwarded-User.")
        }
        if trustedProxies.isEmpty {
            throw Self.fault(
                "gateway.auth.mode is trusted-proxy and no proxy is trusted.",
                "List the addresses of the proxy in gateway.trustedProxies.")
        }
        let secret = configured.secret?.value
        if let secret {
            if secret.reveal().count < ProxyTrust.shortestSecret {
                throw Self.fault(
                    "gateway.auth.trustedProxy.secret has fewer than \(ProxyTrust.shortestSecret) characters.",
                    "Make one with: openssl rand -hex 24")
            }
        } else if let variable = configured.secret?.variable {
            throw Self.fault(
                "gateway.auth.trustedProxy.secret names the environment variable \(variable), which is not set.",
                "Set the variable.")
        } else if let range = trustedProxies.first(where: { $0.isLoopback || $0.isEverything }) {
            throw Self.fault(
                range.isLoopback
                    ? "gateway.trustedProxies trusts this machine, so any program on it could name itself any user."
                    : "gateway.trustedProxies trusts every address, so anybody could name himself any user.",
                "Set gateway.auth.trustedProxy.secret, and let the proxy send it in the header "
                    + "\(ProxyTrust.secretHeader).")
        }
        return ProxyTrust(
            userHeader: header, requiredHeaders: configured.requiredHeaders, allowUsers: configured.allowUsers,
            secret: secret)
    }

    private static func fault(_ message: String, _ hint: String) -> ClawError {
        ClawError(.configInvalid, message, hint: hint)
    }
}
