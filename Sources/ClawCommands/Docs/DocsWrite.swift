import ArgumentParser
import ClawSupport

/// `openclaw docs`: writes the reference pages that are made from the program.
struct DocsWrite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write the reference pages that are made from this program.",
        shouldDisplay: false)

    @Option(help: "The folder to write to.")
    var output = "docs"

    func run() async throws {
        let path = "\(output)/cli.md"
        try AtomicFile.write(Array(CommandReference.markdown().utf8), to: path, mode: 0o644)
        CommandContext.current.terminal.line("Wrote \(path).")
    }
}
