import ClawSupport

/// Who may reach the Gateway, and what they have to prove.
extension AuditCheck {
    private static func when(_ condition: Bool, _ detail: String, _ severity: AuditSeverity? = nil) -> [Hit] {
        condition ? [Hit(detail, severity)] : []
    }

    static let shortestToken = 24
    /// More wrong guesses in a minute than this are as good as no limit.
    static let widestRate = 100.0

    static let access: [AuditCheck] = [
        AuditCheck(
            "gateway.bind_no_auth", .critical, "Everybody in the network may command the Gateway",
            when: "it listens beyond this machine and `gateway.auth.mode` is `none`",
            fix: "Set gateway.auth.mode to token, or gateway.bind to loopback."
        ) {
            when(
                $0.isBoundWide && $0.authMode == .none,
                "gateway.bind is \($0.gateway.bind.rawValue) and gateway.auth.mode is none.")
        },
        AuditCheck(
            "gateway.loopback_no_auth", .critical, "The page needs no secret",
            when: "it listens on this machine, serves the page, and `gateway.auth.mode` is `none`",
            fix: "Set gateway.auth.mode to token: every program and every user of this machine can reach the port."
        ) {
            when(
                !$0.isBoundWide && $0.gateway.controlUI.isEnabled && $0.authMode == .none,
                "gateway.auth.mode is none and the page is served.")
        },
        AuditCheck(
            "gateway.auth_no_rate_limit", .warn, "Secrets can be guessed fast",
            when: "it listens beyond this machine and `gateway.auth.rateLimit` allows more than 100 guesses a minute",
            fix: "Set gateway.auth.rateLimit, for example {maxAttempts: 10, windowMs: 60000, lockoutMs: 300000}."
        ) { subject in
            let limit = subject.gateway.auth.rateLimit
            let minutes = max(1, Double(limit.window.components.seconds)) / 60
            return when(
                subject.isBoundWide && subject.authMode != .trustedProxy
                    && Double(limit.maxAttempts) / minutes > widestRate,
                "gateway.auth.rateLimit.maxAttempts is \(limit.maxAttempts).")
        },
        AuditCheck(
            "gateway.token_too_short", .warn, "The token is short",
            when: "the token has fewer than 24 characters",
            fix: "Remove gateway.auth.token and start the Gateway: it makes a long one."
        ) { subject in
            let length = subject.token?.reveal().count ?? shortestToken
            return when(
                subject.authMode == .token && length < shortestToken, "It has \(length) characters.")
        },
        AuditCheck(
            "gateway.tailscale_funnel", .critical, "The Gateway is open to the internet",
            when: "`gateway.tailscale.mode` is `funnel`", fix: "Use serve, which only your tailnet reaches, or off."
        ) {
            when(
                $0.gateway.tailscale.mode == .funnel,
                "gateway.tailscale.mode is funnel: everybody may try the password and ask for his device to be let in.")
        },
        AuditCheck(
            "gateway.tailscale_serve", .info, "The Gateway is open to your tailnet",
            when: "`gateway.tailscale.mode` is `serve`", fix: nil
        ) {
            when(
                $0.gateway.tailscale.mode == .serve,
                $0.gateway.allowsTailnetUsers
                    ? "gateway.tailscale.mode is serve, and its users need no \($0.authMode.rawValue) for the page; their devices are "
                        + "approved first."
                    : "gateway.tailscale.mode is serve.")
        },
    ]

    static let controlPage: [AuditCheck] = [
        AuditCheck(
            "gateway.control_ui.allowed_origins_required", .critical, "No page is named that may connect",
            when: "it listens beyond this machine, serves the page, and `gateway.controlUi.allowedOrigins` is empty",
            fix: "List the addresses of the page in gateway.controlUi.allowedOrigins."
        ) {
            let page = $0.gateway.controlUI
            return when(
                $0.isBoundWide && page.isEnabled && page.allowedOrigins.isEmpty
                    && !page.dangerouslyAllowHostHeaderOriginFallback, "gateway.controlUi.allowedOrigins is empty.")
        },
        AuditCheck(
            "gateway.control_ui.allowed_origins_wildcard", .warn, "Pages of every site may connect",
            when: "`gateway.controlUi.allowedOrigins` holds `*`; critical when others reach the Gateway",
            fix: "List the addresses of the page."
        ) {
            when(
                $0.gateway.controlUI.allowedOrigins.contains("*"), "gateway.controlUi.allowedOrigins holds *.",
                $0.isExposed ? .critical : nil)
        },
        AuditCheck(
            "gateway.control_ui.host_header_origin_fallback", .warn, "The Host header decides which page may connect",
            when: "`gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback` is on; critical when others reach the "
                + "Gateway", fix: "Turn it off and list allowedOrigins."
        ) {
            when(
                $0.gateway.controlUI.dangerouslyAllowHostHeaderOriginFallback,
                "A site that rebinds its name to this machine could connect.", $0.isExposed ? .critical : nil)
        },
        AuditCheck(
            "gateway.control_ui.insecure_auth", .warn, "The page may do without a device key",
            when: "`gateway.controlUi.allowInsecureAuth` is on", fix: "Turn it off and serve the page over HTTPS."
        ) { when($0.gateway.controlUI.allowInsecureAuth, "gateway.controlUi.allowInsecureAuth is true.") },
        AuditCheck(
            "gateway.control_ui.device_auth_disabled", .critical, "The page needs no approved device",
            when: "`gateway.controlUi.dangerouslyDisableDeviceAuth` is on", fix: "Turn it off."
        ) {
            when(
                $0.gateway.controlUI.dangerouslyDisableDeviceAuth,
                "gateway.controlUi.dangerouslyDisableDeviceAuth is true.")
        },
    ]

    static let proxies: [AuditCheck] = [
        AuditCheck(
            "gateway.trusted_proxies_missing", .warn, "No proxy is trusted",
            when: "it listens on this machine, serves the page, and `gateway.trustedProxies` is empty",
            fix: "Nothing, while only this machine uses the page. Behind a reverse proxy: list its address in "
                + "gateway.trustedProxies."
        ) {
            when(
                !$0.isBoundWide && $0.gateway.controlUI.isEnabled && $0.gateway.trustedProxies.isEmpty,
                "Behind a reverse proxy every client would look like one of this machine.")
        },
        AuditCheck(
            "gateway.real_ip_fallback_enabled", .warn, "X-Real-IP is believed",
            when: "`gateway.allowRealIpFallback` is on; critical when others reach the Gateway",
            fix: "Turn it off, and let the proxy send X-Forwarded-For."
        ) {
            when(
                $0.gateway.allowRealIPFallback, "gateway.allowRealIpFallback is true.",
                $0.isExposed ? .critical : nil)
        },
        AuditCheck(
            "gateway.trusted_proxy_auth", .critical, "The proxy alone decides who comes in",
            when: "`gateway.auth.mode` is `trusted-proxy`",
            fix:
                "Make sure that nobody reaches the port past the proxy, and that it removes the user header of clients."
        ) { when($0.authMode == .trustedProxy, "gateway.auth.mode is trusted-proxy.") },
        AuditCheck(
            "gateway.trusted_proxy_no_proxies", .critical, "No proxy is named",
            when: "mode `trusted-proxy` with an empty `gateway.trustedProxies`", fix: "List the proxy's address."
        ) {
            when(
                $0.authMode == .trustedProxy && $0.gateway.trustedProxies.isEmpty, "gateway.trustedProxies is empty.")
        },
        AuditCheck(
            "gateway.trusted_proxy_no_user_header", .critical, "No user header is named",
            when: "mode `trusted-proxy` without `gateway.auth.trustedProxy.userHeader`",
            fix: "Set it to the header in which the proxy names the user."
        ) {
            when(
                $0.authMode == .trustedProxy && $0.gateway.auth.trustedProxy == nil,
                "gateway.auth.trustedProxy.userHeader is not set.")
        },
        AuditCheck(
            "gateway.trusted_proxy_no_allowlist", .warn, "Every user of the proxy may come in",
            when: "mode `trusted-proxy` with an empty `gateway.auth.trustedProxy.allowUsers`", fix: "List the users."
        ) {
            when(
                $0.authMode == .trustedProxy && $0.gateway.auth.trustedProxy?.allowUsers.isEmpty ?? true,
                "gateway.auth.trustedProxy.allowUsers is empty.")
        },
    ]
}
