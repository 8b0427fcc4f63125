import ArgumentParser
import ClawDaemon
import ClawSupport

/// `openclaw secrets audit`.
struct SecretsAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Find secrets that stand in files themselves, and references that lead nowhere.",
        discussion: "Asks every provider that is in use. The exit code is 0 whatever is found, unless --check is given."
    )

    @Flag(help: "End with 1 when something is found, with 2 when a reference leads nowhere.")
    var check = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let installation = try Installation.load(context)
        let audit = await SecretAudit.run(installation.snapshot, in: installation.location)
        let terminal = context.terminal
        if json {
            terminal.json(audit.json)
        } else {
            for finding in audit.findings {
                let style: TextStyle = finding.code == .unresolved ? .error : .warning
                terminal.line(
                    "\(terminal.styled(finding.code.rawValue, style)) \(TerminalText.clean(finding.text, isOneLine: true))"
                )
            }
            terminal.line(
                audit.findings.isEmpty
                    ? "Clean: nothing that could be a reference stands in a file, and every reference leads to a secret."
                    : "Summary: \(audit.summary)")
        }
        if check {
            switch audit.status {
            case .clean: break
            case .findings: throw ExitCode(1)
            case .unresolved: throw ExitCode(2)
            }
        }
    }
}
