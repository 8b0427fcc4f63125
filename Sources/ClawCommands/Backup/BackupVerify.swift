import ArgumentParser
import ClawConfig
import ClawStore

/// `openclaw backup verify`.
struct BackupVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read a backup to its end and prove that every byte is as it was written.")

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var passphrase: BackupPassphrase

    func run() async throws {
        let context = CommandContext.current
        let secret = try passphrase.read(context, isNew: false)
        let path = FilePath.absolute(file, from: context.workingDirectory)
        let summary = try backing { try Backup.verify(path, passphrase: secret) }
        if json { return context.terminal.json(summary.json(path: path)) }
        context.terminal.line("The backup is whole: \(summary.text).")
    }
}
