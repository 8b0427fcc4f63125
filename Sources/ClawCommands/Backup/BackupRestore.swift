import ArgumentParser
import ClawConfig
import ClawStore
import ClawSupport

/// `openclaw backup restore`.
struct BackupRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup where nothing is yet.",
        discussion: """
            Everything is written beside the target and proved before it is moved there; a directory that holds anything is
            left alone. What was under way when the backup was made goes on when the Gateway starts.
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The directory to make. Without it: the state directory.", valueName: "directory"))
    var into: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var passphrase: BackupPassphrase

    func run() async throws {
        let context = CommandContext.current
        let location = try ConfigFile.locate(
            environment: context.environment, workingDirectory: context.workingDirectory
        ).location
        let secret = try passphrase.read(context, isNew: false)
        let path = FilePath.absolute(file, from: context.workingDirectory)
        let target = into.map { FilePath.absolute($0, from: context.workingDirectory) } ?? location.stateDirectory
        let summary = try backing {
            try Backup.restore(path, to: target, passphrase: secret, entropy: context.entropy)
        }
        if json { return context.terminal.json(summary.json(path: target)) }
        let shown = TerminalText.clean(target, isOneLine: true)
        context.terminal.line("Restored \(shown): \(summary.text).")
        if target != location.stateDirectory {
            context.terminal.line("Use it with: OPENCLAW_STATE_DIR=\(shown) openclaw gateway run")
        }
        if AtomicFile.exists("\(target)/config") {
            context.terminal.note(
                "The configuration lay outside of the state directory; it is in \(shown)/config now: set "
                    + "OPENCLAW_CONFIG_PATH to the file there, or move it back.")
        }
    }
}
