extension GatewayConfiguration {
    /// Whether the addresses that are served belong to this machine alone. `auto` does not promise that.
    package var servesThisMachineOnly: Bool {
        bind == .loopback || bind == .custom && customBindHost.map(Self.isLoopback) ?? false
    }

    /// Whether users whom Tailscale names need no secret. A password, and a proxy of one's own, are meant for everybody unless the
    /// file says otherwise.
    package var allowsTailnetUsers: Bool {
        auth.allowTailscale ?? (tailscale.mode == .serve && auth.effectiveMode == .token)
    }

    /// Why the Gateway must not be shown by Tailscale as it is configured; nil when it may. The key is the one to change.
    package var tailscaleFault: (key: String, message: String, fix: String)? {
        let mode = tailscale.mode.rawValue
        switch tailscale.mode {
        case .off: return nil
        case _ where !servesThisMachineOnly:
            return (
                "gateway.bind",
                "gateway.tailscale.mode is \(mode), and gateway.bind \(bind.rawValue) serves other machines past Tailscale.",
                "Set gateway.bind to loopback, or gateway.tailscale.mode to off."
            )
        case .funnel where auth.effectiveMode != .password:
            return (
                "gateway.auth.mode",
                "gateway.tailscale.mode funnel opens the Gateway to the internet, which takes a password.",
                "Set gateway.auth.mode to password, or gateway.tailscale.mode to serve."
            )
        case _ where auth.effectiveMode == .none:
            return (
                "gateway.auth.mode", "gateway.tailscale.mode is \(mode), and mode none would let in everybody there.",
                "Set gateway.auth.mode to token, or gateway.tailscale.mode to off."
            )
        case .serve, .funnel: return nil
        }
    }

    /// Whether mode `trusted-proxy` would believe any program of this machine.
    var believesThisMachine: Bool {
        auth.trustedProxy?.secret == nil && trustedProxies.contains(where: Self.isLoopback)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || host.hasPrefix("127.") && host.split(separator: ".").count == 4
    }
}
