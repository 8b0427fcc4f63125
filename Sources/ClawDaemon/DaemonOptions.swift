package import ClawSupport

/// How the Gateway is started; what is nil comes from the configuration.
package struct DaemonOptions: Sendable {
    /// Absolute.
    package var stateDirectory: String
    /// Absolute; the file need not exist.
    package var configPath: String
    package var environment: [String: String]
    /// Absolute; where a `.env` file may lie.
    package var workingDirectory = "/"
    package var port: Int?
    /// `loopback`, `lan`, `tailnet`, `auto` or `custom`.
    package var bind: String?
    /// `none`, `token`, `password` or `trusted-proxy`.
    package var auth: String?
    /// `off`, `serve` or `funnel`.
    package var tailscale: String?
    package var resetsTailscaleOnExit = false
    package var token: Redacted?
    package var password: Redacted?
    /// Starts although the configuration does not say `gateway.mode: "local"`.
    package var allowsUnconfigured = false
    package var verbose = false

    package init(stateDirectory: String, configPath: String, environment: [String: String]) {
        self.stateDirectory = stateDirectory
        self.configPath = configPath
        self.environment = environment
    }
}
