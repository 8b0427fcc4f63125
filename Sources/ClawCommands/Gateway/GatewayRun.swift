import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw gateway run`.
struct GatewayRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the Gateway in the foreground until it is stopped.",
        discussion: "SIGTERM and SIGINT stop it after the runs that are under way; a second one stops it at once.")

    @Option(help: "Port to listen on, instead of gateway.port.")
    var port: Int?

    @Option(help: ArgumentHelp("Where to listen.", valueName: "loopback|lan|tailnet|auto|custom"))
    var bind: String?

    @Option(help: ArgumentHelp("How clients prove themselves.", valueName: "none|token|password|trusted-proxy"))
    var auth: String?

    @Option(help: "The token that clients must know.")
    var token: String?

    @Option(help: "The password that clients must know.")
    var password: String?

    @Flag(help: "Start although gateway.mode is not \"local\" in the configuration.")
    var allowUnconfigured = false

    @Flag(help: "Log what is done in detail.")
    var verbose = false

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("--port takes a number from 1 to 65535.") }
        if let bind, !["loopback", "lan", "tailnet", "auto", "custom"].contains(bind) {
            throw ValidationError("--bind takes loopback, lan, tailnet, auto or custom.")
        }
        if let auth, !["none", "token", "password", "trusted-proxy"].contains(auth) {
            throw ValidationError("--auth takes none, token, password or trusted-proxy.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let location = try ConfigLocation.resolve(
            environment: context.environment, workingDirectory: context.workingDirectory)
        var options = DaemonOptions(
            stateDirectory: location.stateDirectory, configPath: location.configPath, environment: context.environment)
        options.workingDirectory = context.workingDirectory
        options.workingDirectory = context.workingDirectory
        options.port = port
        options.bind = bind
        options.auth = auth
        options.token = token.map { Redacted($0) }
        options.password = password.map { Redacted($0) }
        options.allowsUnconfigured = allowUnconfigured
        options.verbose = verbose
        try await Daemon.run(options: options)
    }
}
