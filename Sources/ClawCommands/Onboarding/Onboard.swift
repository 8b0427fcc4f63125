import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// `openclaw onboard`.
struct Onboard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onboard", abstract: "Set everything up, with questions or with options, up to a working chat.",
        discussion: "Nothing is written before the last question; Ctrl-C leaves everything as it was.")

    @Flag(help: "Ask nothing; what is not given keeps its default.")
    var nonInteractive = false

    @Flag(help: "You know that the agent acts on this machine with your rights. Needed with --non-interactive.")
    var acceptRisk = false

    @Flag(help: "Do not ask the model for a word.")
    var skipHealth = false

    @Flag(help: "Do not tell the address of the page.")
    var skipUI = false

    @Flag(help: "First move what is there aside, as `openclaw reset` does.")
    var reset = false

    @Option(help: ArgumentHelp("How much --reset moves.", valueName: "config|config+creds+sessions|full"))
    var resetScope = Reset.Scope.session.rawValue

    @OptionGroup var options: OnboardingOptions

    @OptionGroup var compatibility: OnboardingCompatibility

    @Flag(help: "Print JSON.")
    var json = false

    private static let risk =
        "The agent reads and writes files and speaks to people with your rights. Let in only people that you trust."

    func validate() throws {
        if Reset.Scope(rawValue: resetScope) == nil {
            throw ValidationError(
                "--reset-scope takes \(Reset.Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let asks = !nonInteractive
        for remark in compatibility.remarks { context.terminal.note(remark) }
        if asks, !context.prompt.isInteractive {
            throw ClawError(
                .invalidRequest, "Nobody sits at a terminal to answer.",
                hint: "Use --non-interactive --accept-risk with the options that `openclaw onboard --help` lists.")
        }
        if nonInteractive, !acceptRisk {
            throw ClawError(
                .invalidRequest, "--non-interactive needs --accept-risk.", hint: Self.risk)
        }
        if reset { try moveAside(asks: asks, context) }
        let work = try await ModelsWorkplace(context)
        let current = work.installation.file.inspect()
        if !current.isValid { throw ConfigFile.refusal(current) }
        let terminal = context.terminal
        if asks {
            terminal.heading("OpenClaw")
            terminal.line(Self.risk)
            if !acceptRisk, try !context.prompt.confirm("Go on?", initially: true, on: terminal) {
                throw CancellationError()
            }
        }
        var plan = try options.plan()
        let steps = OnboardingSteps(options: options, work: work, asks: asks)
        if plan.remote == nil {
            try await steps.chooseModel(&plan)
            try steps.chooseWorkspace(&plan)
            try steps.chooseGateway(&plan)
        }
        let writer = OnboardingWriter(work: work, plan: plan)
        try writer.write()
        if json {
            var summary = writer.summary.objectValue ?? [:]
            let daemon = options.wantsDaemon == true ? try await GatewayInstall.parse([]).install(context) : nil
            summary["installDaemon"] = .bool(daemon != nil)
            summary.set("daemon", daemon?.result.rawValue)
            summary["skipSkills"] = .bool(compatibility.skipSkills)
            summary["skipHealth"] = .bool(skipHealth || nonInteractive)
            return terminal.json(.object(summary))
        }
        terminal.line("Wrote \(work.installation.location.configPath).")
        if let key = plan.key { terminal.line("Stored the key of \(key.provider) in \(work.profiles.path).") }
        try await finish(writer, plan, asks: asks, context)
    }

    private func finish(
        _ writer: OnboardingWriter, _ plan: OnboardingPlan, asks: Bool, _ context: CommandContext
    ) async throws {
        let terminal = context.terminal
        if plan.remote != nil { return terminal.line("Next: `openclaw status`.") }
        if asks, !skipHealth, plan.choice != .skip,
            try context.prompt.confirm(
                "Ask the model for one word, to see that it works?", initially: true, on: terminal),
            try await !writer.check()
        {
            terminal.line("Everything is stored. `openclaw configure --section model` changes it.")
        }
        let access = try GatewayAccess(GatewayTarget.Options())
        if !skipUI {
            let link = DashboardLink(access.target.endpoint).text(with: access.target.credentials.token)
            terminal.line("Dashboard URL: \(TerminalText.clean(link, isOneLine: true))")
        }
        if try await wantsDaemon(asks: asks, access, context) {
            try await GatewayInstall.parse([]).run()
            return terminal.line("Next: `openclaw status`, then `openclaw dashboard`.")
        }
        if asks, try context.prompt.confirm("Start the Gateway now, in this terminal?", initially: true, on: terminal) {
            return try await GatewayRun.parse([]).run()
        }
        terminal.line("Next: `openclaw gateway run`, then `openclaw dashboard` in another terminal.")
    }

    /// What was there is kept in a folder beside the state directory.
    private func moveAside(asks: Bool, _ context: CommandContext) throws {
        let location = try ConfigLocation.resolve(
            environment: context.environment, workingDirectory: context.workingDirectory)
        guard let scope = Reset.Scope(rawValue: resetScope) else { return }
        let plan = try Reset.plan(scope, location, now: context.time.nowMilliseconds)
        if plan.items.isEmpty { return }
        if asks {
            plan.write(isDone: false, to: context.terminal)
            if try !context.prompt.confirm("Move them?", initially: false, on: context.terminal) {
                throw CancellationError()
            }
        }
        let moved = try Reset.carryOut(scope, location, context)
        context.terminal.note(TerminalText.clean("What was there is kept in \(moved.folder).", isOneLine: true))
    }

    /// Asks only where a service can be had.
    private func wantsDaemon(asks: Bool, _ access: GatewayAccess, _ context: CommandContext) async throws -> Bool {
        if let wanted = options.wantsDaemon { return wanted }
        guard asks else { return false }
        let supervisor = ServiceControl.current(context, access.installation.location).supervisor
        // Without an answer there is no system that runs services, and nothing to ask for.
        guard (try? await supervisor.state()) != nil else { return false }
        return try context.prompt.confirm(
            "Run the Gateway as a service, now and after every start?", initially: true, on: context.terminal)
    }
}
