import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw backup create`.
struct BackupCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Write a backup; the Gateway may run meanwhile.",
        discussion: """
            The file holds the state directory – configuration, keys, devices, sessions, the journal, and the workspaces that
            lie in it – and is encrypted with a passphrase. Keep it where this machine is not.
            """)

    @Option(
        help: ArgumentHelp("Where to write it. Without it: a name with the time, in this directory.", valueName: "file")
    )
    var output: String?

    @Flag(help: "Leave the agents' workspaces out.")
    var noWorkspace = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var passphrase: BackupPassphrase

    func run() async throws {
        let context = CommandContext.current
        let installation = try Installation.load(context)
        let secret = try passphrase.read(context, isNew: true)
        let stamp = ISOTimestamp.fileStamp(milliseconds: context.time.nowMilliseconds).prefix(19)
        let path = FilePath.absolute(output ?? "openclaw-\(stamp)Z.backup", from: context.workingDirectory)
        let agents = installation.snapshot.configuration.agents
        let workspaces = agents.ids.map { agents.workspace(of: $0, in: installation.location) }
        let state = installation.location.stateDirectory
        let source = Backup.Source(
            directory: StateDirectory(root: state), configuration: installation.snapshot.files,
            excluded: noWorkspace ? workspaces : [], version: ProductVersion.current)
        let summary = try backing {
            try Backup.create(source, to: path, passphrase: secret, time: context.time, entropy: context.entropy)
        }
        let elsewhere = noWorkspace ? [] : workspaces.filter { !$0.hasPrefix(state + "/") && AtomicFile.exists($0) }
        if json {
            var object = summary.json(path: path).objectValue ?? [:]
            object["workspacesElsewhere"] = .strings(elsewhere)
            return context.terminal.json(.object(object))
        }
        context.terminal.line("Wrote \(TerminalText.clean(path, isOneLine: true)): \(summary.text).")
        for place in elsewhere {
            context.terminal.note(
                "Not in it, since it lies outside of the state directory: \(TerminalText.clean(place, isOneLine: true))"
            )
        }
        for place in summary.skipped {
            context.terminal.note("Not in it, since it is no file: \(TerminalText.clean(place, isOneLine: true))")
        }
    }
}
