import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport

/// `openclaw security audit`. What it finds is no failure of the command.
struct SecurityAuditShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look for settings and files that let others in.",
        discussion: "docs/security-audit.md explains every check. The exit code is 0 whatever is found.")

    @Flag(help: "Also ask the running Gateway.")
    var deep = false

    @Flag(help: "Close open groups, turn redaction on, and take files from other users; changes nothing else.")
    var fix = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let file = try Installation.load(context).file
        let repair = fix ? AuditRepair.run(file, time: context.time) : nil
        var report = await SecurityAudit.run(file, time: context.time)
        let probe = deep ? try await AuditProbe.run(GatewayAccess(rpc), context) : nil
        if let probe, let finding = probe.finding {
            let position = report.findings.firstIndex { $0.severity == .info } ?? report.findings.endIndex
            report.findings.insert(finding, at: position)
        }
        if rpc.json {
            var json = report.json
            json.set("deep", probe.map { ["gateway": $0.json] })
            context.terminal.json(
                .object(repair.map { ["fix": .object($0.json), "report": .object(json)] } ?? json))
            return
        }
        if let repair { Self.write(repair, to: context.terminal) }
        Self.write(report, probe, to: context.terminal)
    }

    private static func write(_ report: AuditReport, _ probe: AuditProbe?, to terminal: Terminal) {
        terminal.heading("OpenClaw security audit")
        terminal.line("Summary: \(report.summary)")
        for severity in AuditSeverity.allCases {
            let findings = report.findings.filter { $0.severity == severity }
            if findings.isEmpty { continue }
            terminal.line()
            terminal.line(terminal.styled(severity.rawValue.uppercased(), severity.style))
            for finding in findings {
                terminal.line("\(terminal.styled(finding.checkID, .muted)) \(TerminalText.clean(finding.title))")
                terminal.line("  \(TerminalText.clean(finding.detail, isOneLine: true))")
                if let fix = finding.remediation { terminal.line("  Fix: \(fix)") }
            }
        }
        if let probe, probe.error == nil {
            terminal.line()
            terminal.line("The Gateway at \(probe.url) answered.")
        }
    }

    private static func write(_ repair: AuditRepair, to terminal: Terminal) {
        terminal.heading("Repairs")
        for change in repair.changes { terminal.line(TerminalText.clean("Changed \(change)", isOneLine: true)) }
        for action in repair.actions {
            let mode = String(action.mode, radix: 8)
            let text = action.problem.map { "Left \(action.path): \($0)" } ?? "chmod \(mode) \(action.path)"
            terminal.line(TerminalText.clean(text, isOneLine: true))
        }
        for error in repair.errors where !repair.actions.contains(where: { $0.problem == error }) {
            terminal.note(TerminalText.clean("Not repaired: \(error)", isOneLine: true))
        }
        if repair.changes.isEmpty, repair.actions.isEmpty { terminal.line("Nothing that --fix may change.") }
        terminal.line()
    }
}

extension AuditSeverity {
    var style: TextStyle {
        switch self {
        case .critical: .error
        case .warn: .warning
        case .info: .muted
        }
    }
}
