import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw reset`.
struct Reset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Begin anew: move configuration, keys, sessions or everything aside.",
        discussion: """
            Nothing is deleted. What is taken out of use is moved to a folder beside the state directory, whose name is printed; \
            move it back to have it again. With full, workspaces outside the state directory stay where they are.
            """)

    /// How much is moved.
    enum Scope: String, CaseIterable, Sendable {
        case config
        case session = "config+creds+sessions"
        case full

        var words: String {
            switch self {
            case .config: "Only the configuration"
            case .session: "Configuration, keys and sessions"
            case .full: "Everything in the state directory"
            }
        }
    }

    @Option(help: ArgumentHelp("What goes.", valueName: "config|config+creds+sessions|full"))
    var scope: String?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Ask nothing; needs --scope and --yes.")
    var nonInteractive = false

    @Flag(help: "Only tell what would be moved.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let scope, Scope(rawValue: scope) == nil {
            throw ValidationError("--scope takes \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let asks = !nonInteractive && !json && context.prompt.isInteractive
        let scope = try scope(asks: asks, context)
        if !yes, !dryRun, !asks {
            throw ClawError(
                .invalidRequest, "This takes files out of use, and nobody can be asked.",
                hint: "Say --yes when you mean it, or look with --dry-run.")
        }
        let location = try ConfigLocation.resolve(
            environment: context.environment, workingDirectory: context.workingDirectory)
        var plan = try Self.plan(scope, location, now: context.time.nowMilliseconds)
        let terminal = context.terminal
        if !json, plan.items.isEmpty { return terminal.line("There is nothing to reset.") }
        if !json, dryRun || !yes { plan.write(isDone: false, to: terminal) }
        if !dryRun {
            if !yes, try !context.prompt.confirm("Move them?", initially: false, on: terminal) {
                throw CancellationError()
            }
            plan = try Self.carryOut(scope, location, context)
        }
        if json {
            return terminal.json([
                "scope": .string(scope.rawValue), "dryRun": .bool(dryRun), "moved": plan.json,
                "folder": .string(plan.folder),
            ])
        }
        if dryRun { return }
        if yes { plan.write(isDone: true, to: terminal) }
        terminal.line("Everything is kept in \(TerminalText.clean(plan.folder, isOneLine: true)).")
        terminal.line("Next: `openclaw onboard`.")
    }

    private func scope(asks: Bool, _ context: CommandContext) throws -> Scope {
        if let scope = scope.flatMap(Scope.init) { return scope }
        guard asks else {
            throw ClawError(
                .invalidRequest, "Say what goes with --scope.",
                hint: "It takes \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let choice = try context.prompt.choice("What goes?", Scope.allCases.map(\.words), on: context.terminal)
        return Scope.allCases[choice]
    }

    /// What a reset moves.
    static func plan(_ scope: Scope, _ location: ConfigLocation, now: Int64) throws -> SetAside {
        var plan = SetAside(location, label: "reset", now: now)
        switch scope {
        case .config: plan.addConfiguration()
        case .session:
            plan.addConfiguration()
            try plan.addCredentials()
            try plan.addSessions()
        case .full: try plan.addState(keeping: [])
        }
        return plan
    }

    /// Moves what a reset moves, and returns what it was.
    static func carryOut(_ scope: Scope, _ location: ConfigLocation, _ context: CommandContext) throws -> SetAside {
        try SetAside.carryOut(location) { try plan(scope, location, now: context.time.nowMilliseconds) }
    }
}
