import ArgumentParser
import ClawConfig
import ClawDaemon
import ClawSupport

/// `openclaw docs`: writes the reference pages that are made from the program.
struct DocsWrite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write the reference pages that are made from this program.",
        shouldDisplay: false)

    @Option(help: "The folder to write to.")
    var output = "docs"

    func run() async throws {
        let pages = [
            ("cli.md", CommandReference.markdown()), ("configuration.md", ConfigReference.markdown()),
            ("security-audit.md", AuditCheck.page()),
            ("methods.md", try await MethodReference().markdown),
        ]
        for (name, text) in pages {
            let path = "\(output)/\(name)"
            try AtomicFile.write(Array(text.utf8), to: path, mode: 0o644)
            CommandContext.current.terminal.line("Wrote \(path).")
        }
    }
}
