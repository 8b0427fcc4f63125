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

    @Option(help: ArgumentHelp("Whether Tailscale shows the Gateway to others.", valueName: "off|serve|funnel"))
    var tailscale: String?

    @Flag(help: "Let Tailscale stop showing it when the Gateway stops.")
    var tailscaleResetOnExit = false

    @Flag(help: "Start although gateway.mode is not \"local\" in the configuration.")
    var allowUnconfigured = false

    @Flag(help: "Stop the Gateway that has this state directory or the port, and take its place.")
    var force = false

    @Flag(help: "With --dev: begin with an empty state directory; what was there is moved aside.")
    var reset = false

    @Flag(help: "Log what is done in detail.")
    var verbose = false

    @OptionGroup var compatibility: GatewayRunCompatibility

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("--port takes a number from 1 to 65535.") }
        if let bind, !["loopback", "lan", "tailnet", "auto", "custom"].contains(bind) {
            throw ValidationError("--bind takes loopback, lan, tailnet, auto or custom.")
        }
        if let auth, !["none", "token", "password", "trusted-proxy"].contains(auth) {
            throw ValidationError("--auth takes none, token, password or trusted-proxy.")
        }
        if let tailscale, !["off", "serve", "funnel"].contains(tailscale) {
            throw ValidationError("--tailscale takes off, serve or funnel.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        for remark in compatibility.remarks { context.terminal.note(remark) }
        let location = try ConfigLocation.resolve(
            environment: context.environment, workingDirectory: context.workingDirectory)
        let isDevelopment = context.variable("OPENCLAW_PROFILE") == "dev"
        if reset, !isDevelopment {
            throw ClawError(
                .invalidRequest, "--reset works only with --dev.",
                hint: "`openclaw reset` moves the state of other profiles aside.")
        }
        if force { try await GatewayTakeover(context, location, port: port).run() }
        if reset { try moveAside(location, context) }
        var options = DaemonOptions(
            stateDirectory: location.stateDirectory, configPath: location.configPath, environment: context.environment)
        options.workingDirectory = context.workingDirectory
        options.port = port
        options.bind = bind
        options.auth = auth
        options.tailscale = tailscale
        options.resetsTailscaleOnExit = tailscaleResetOnExit
        options.token = token.map { Redacted($0) }
        options.password = password.map { Redacted($0) }
        // What --reset left behind has no configuration.
        options.allowsUnconfigured = allowUnconfigured || reset
        options.verbose = verbose
        try await Daemon.run(options: options)
    }

    private func moveAside(_ location: ConfigLocation, _ context: CommandContext) throws {
        let plan = try Reset.carryOut(.full, location, context)
        if plan.items.isEmpty { return }
        context.terminal.note(TerminalText.clean("What was there is kept in \(plan.folder).", isOneLine: true))
    }
}
