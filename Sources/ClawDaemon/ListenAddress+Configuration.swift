import ClawConfig
import ClawCore
import ClawGateway
import ClawSupport

extension ListenAddress {
    /// Where the configuration wants the Gateway to listen; `--port` comes before the environment, that before the file. Without a
    /// tailnet, `tailnet` is the loopback address.
    init(
        _ gateway: GatewayConfiguration, environment: [String: String], port: Int?, tailnet: IPAddress?
    ) throws(ClawError) {
        let fromEnvironment = (environment["OPENCLAW_GATEWAY_PORT"] ?? environment["CLAWDBOT_GATEWAY_PORT"]).flatMap {
            Int($0)
        }
        let port = port ?? fromEnvironment ?? gateway.port
        switch gateway.bind {
        case .loopback, .auto: self.init(port: port)
        case .lan: self.init(host: "0.0.0.0", port: port)
        case .custom:
            guard let host = gateway.customBindHost else {
                throw ClawError(
                    .configInvalid, "gateway.bind is \"custom\" and gateway.customBindHost is not set.",
                    hint: "Set it with: openclaw config set gateway.customBindHost <address>")
            }
            self.init(host: host, port: port)
        case .tailnet: self.init(host: tailnet?.description ?? "127.0.0.1", port: port)
        }
    }
}

extension DaemonOptions {
    /// The configured Gateway with what the command line says instead.
    func applied(to configured: GatewayConfiguration) -> GatewayConfiguration {
        var gateway = configured
        if let bind, let mode = GatewayConfiguration.Bind(rawValue: bind) { gateway.bind = mode }
        if let auth, let mode = GatewayConfiguration.AuthMode(rawValue: auth) { gateway.auth.mode = mode }
        if let tailscale, let mode = GatewayConfiguration.Tailscale.Mode(rawValue: tailscale) {
            gateway.tailscale.mode = mode
        }
        if resetsTailscaleOnExit { gateway.tailscale.resetOnExit = true }
        if let token {
            gateway.auth.token = token
            if auth == nil { gateway.auth.mode = .token }
        }
        if let password {
            gateway.auth.password = ConfigSecret(value: password)
            if auth == nil { gateway.auth.mode = .password }
        }
        return gateway
    }
}
