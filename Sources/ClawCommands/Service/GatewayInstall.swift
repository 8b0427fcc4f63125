import ArgumentParser
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw gateway install`.
struct GatewayInstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Run the Gateway as a service of this user, now and after every start.",
        discussion: """
            Writes a systemd user unit (on a Mac a launch agent) that only you can read, and starts it. No secret stands in it:
            the token is in the configuration, and keys of model vendors belong into .env in the state directory.
            """)

    @Option(help: "Port to listen on, instead of gateway.port.")
    var port: Int?

    @Option(help: "A token for the configuration: clients must know it.")
    var token: String?

    @Flag(help: "Replace a service file that says something else; it is kept beside the new one.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    /// Keys that people export in their shell, which a service does not see.
    private static let vendorKeys = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"]

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("--port takes a number from 1 to 65535.") }
        if token?.isEmpty == true { throw ValidationError("--token is empty.") }
    }

    func run() async throws {
        let context = CommandContext.current
        try await ServiceReport.show(.install, json: json) {
            ServiceControl.current(context, try Installation.load(context).location)
        } _: {
            try await install($0, context)
        }
    }

    /// Installs and says nothing.
    func install(_ context: CommandContext) async throws -> ServiceReport {
        try await install(ServiceControl.current(context, try Installation.load(context).location), context)
    }

    private func install(_ control: ServiceControl, _ context: CommandContext) async throws -> ServiceReport {
        let installation = try Installation.load(context)
        try check(installation)
        let plan = try plan(installation, control.supervisor, context)
        // Before anything is changed: a system without services must leave the configuration as it is.
        _ = try await control.supervisor.state()
        if let token {
            _ = try ConfigEditor(installation.file, time: context.time).set("gateway.auth.token", .string(token))
        }
        var report = try await control.install(plan, force: force)
        report.warnings += try warnings(installation, plan, context)
        return report
    }

    private func check(_ installation: Installation) throws(ClawError) {
        if let issue = installation.snapshot.issues.first, !installation.snapshot.isValid {
            throw ClawError(
                .configInvalid, "The configuration is not valid: \(issue.description)",
                hint: "See all with `openclaw config validate`.")
        }
        if installation.snapshot.configuration.gateway.mode != .local {
            throw ClawError(
                .configInvalid, "gateway.mode is not \"local\": this machine is not set up to run a Gateway.",
                hint: "Run: openclaw config set gateway.mode local")
        }
    }

    private func plan(
        _ installation: Installation, _ supervisor: any ServiceSupervisor, _ context: CommandContext
    ) throws(ClawError) -> ServicePlan {
        let location = installation.location
        let fromEnvironment = context.variable("OPENCLAW_GATEWAY_PORT").flatMap { Int($0) }
        return try ServicePlan(
            ServicePlan.Facts(
                name: ServiceName(profile: context.variable("OPENCLAW_PROFILE")), version: ProductVersion.current,
                executable: context.executable,
                port: port ?? fromEnvironment ?? installation.snapshot.configuration.gateway.port,
                stateDirectory: location.stateDirectory, configPath: location.configPath,
                homeDirectory: context.variable("HOME") ?? location.homeDirectory, environment: context.environment),
            own: supervisor.ownVariable)
    }

    private func warnings(
        _ installation: Installation, _ plan: ServicePlan, _ context: CommandContext
    ) throws -> [String] {
        var warnings: [String] = []
        let dotEnv = "\(installation.location.stateDirectory)/.env"
        let text = try AtomicFile.read(dotEnv, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let kept = Set(DotEnvFile.parse(text).map(\.name))
        for name in Self.vendorKeys where context.variable(name) != nil && !kept.contains(name) {
            warnings.append("\(name) is set in this shell only; the service reads it from \(dotEnv).")
        }
        if context.executable.contains("/.build/") {
            warnings.append(
                "The service runs \(context.executable), which the next build replaces; better install a copy.")
        }
        return warnings
    }
}
