import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// `openclaw setup`.
struct Setup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Make the configuration, the workspace and the folders for sessions.",
        discussion: """
            What is there stays. With any of the options after --workspace it is `openclaw onboard`, which also sets up a model.
            """)

    @Option(help: "Where the agent works.")
    var workspace: String?

    @Flag(help: "Ask the questions of `openclaw onboard`.")
    var wizard = false

    @Flag(help: "Run `openclaw onboard` without questions.")
    var nonInteractive = false

    @Flag(help: "As with `openclaw onboard --non-interactive`.")
    var acceptRisk = false

    @Option(help: ArgumentHelp("Run the Gateway here, or use one elsewhere.", valueName: "local|remote"))
    var mode: String?

    @Option(help: "The address of the Gateway elsewhere.")
    var remoteURL: String?

    @Option(help: "Its token.")
    var remoteToken: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        if wizard || nonInteractive || mode != nil || remoteURL != nil || remoteToken != nil {
            return try await onboard().run()
        }
        let context = CommandContext.current
        let file = try Installation.load(context).file
        let current = file.inspect()
        if !current.isValid { throw ConfigFile.refusal(current) }
        var changes: [ConfigEditor.Change] = []
        if current.parsed["gateway"]?["mode"] == nil { changes.append(.set("gateway.mode", "local")) }
        if let workspace {
            // The configuration knows `~` itself.
            let path =
                workspace.hasPrefix("~") ? workspace : FilePath.absolute(workspace, from: context.workingDirectory)
            changes.append(.set("agents.defaults.workspace", .string(path)))
        }
        let outcome = try ConfigEditor(file, time: context.time).apply(changes)
        let installation = try Installation.load(context)
        let agents = installation.snapshot.configuration.agents
        let folder = agents.workspace(of: agents.defaultID, in: installation.location)
        let created = try WorkspacePreparation.prepare(folder, time: context.time)
        let directory = StateDirectory(root: installation.location.stateDirectory)
        try directory.prepare()
        let sessions = directory.sessionsDirectory(agents.defaultID)
        try AtomicFile.makeDirectory(sessions)
        let config = installation.location.configPath
        if json {
            return context.terminal.json([
                "config": .string(config), "wrote": .bool(!outcome.files.isEmpty), "workspace": .string(folder),
                "created": .strings(created), "sessions": .string(sessions),
            ])
        }
        let shown = [
            outcome.files.isEmpty ? "Config OK: \(config)" : "Wrote \(config)",
            created.isEmpty
                ? "Workspace OK: \(folder)" : "Workspace OK: \(folder) (new: \(created.joined(separator: ", ")))",
            "Sessions OK: \(sessions)",
        ]
        for line in shown { context.terminal.line(TerminalText.clean(line, isOneLine: true)) }
        context.terminal.line("Next: `openclaw onboard` sets up a model, `openclaw gateway run` starts the Gateway.")
    }

    private func onboard() throws -> Onboard {
        var words: [String] = []
        if nonInteractive { words.append("--non-interactive") }
        if acceptRisk { words.append("--accept-risk") }
        if json { words.append("--json") }
        let options = [
            ("--workspace", workspace), ("--mode", mode ?? (remoteURL == nil ? nil : "remote")),
            ("--remote-url", remoteURL), ("--remote-token", remoteToken),
        ]
        for case (let name, let value?) in options { words.append("\(name)=\(value)") }
        return try Onboard.parse(words)
    }
}
