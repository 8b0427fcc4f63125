import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// What `openclaw status --all` adds: what somebody who helps asks next.
struct StatusDiagnosis {
    private static let logLines = 20

    private let report: StatusReport
    private let context: CommandContext

    init(_ report: StatusReport, _ context: CommandContext) {
        self.report = report
        self.context = context
    }

    func write(to terminal: Terminal) {
        let snapshot = report.access.installation.snapshot
        terminal.line()
        terminal.heading("Diagnosis")
        var table = TextTable()
        table.add("System", .init(ConnectParams.Client.currentPlatform))
        table.add("Program", .init("openclaw \(ProductVersion.current)"))
        table.add("Asked", .init(report.access.target.endpoint.description))
        table.add("Credentials", .init("from \(report.access.target.source.rawValue)"))
        table.add("Configuration", .init(report.access.installation.configSummary))
        if let safeMode = report.safeMode { table.add("Safe mode", .init(safeMode, .warning)) }
        if let failure = report.failure { table.add("Gateway", .init(failure.message, .error)) }
        terminal.write(table.rendered(for: terminal))
        let problems =
            snapshot.issues.map { ("error", TextStyle.error, $0) }
            + snapshot.warnings.map { ("warning", TextStyle.warning, $0) }
        for (label, style, issue) in problems {
            terminal.line("\(terminal.styled("\(label):", style)) \(TerminalText.clean(issue.description))")
        }
        for finding in report.audit?.findings ?? [] where finding.severity != .info {
            terminal.line(
                TerminalText.clean(
                    "\(finding.severity.rawValue) \(finding.checkID): \(finding.detail)", isOneLine: true))
        }
        if report.access.isOnThisMachine { writeLog(to: terminal) }
    }

    private func writeLog(to terminal: Terminal) {
        terminal.line()
        terminal.heading("Log")
        guard let log = StoredLog.find(report.access.installation.snapshot, context) else {
            return terminal.line("There is no log file.")
        }
        terminal.line(log.path)
        do {
            let page = try log.tail(limit: Self.logLines, maxBytes: 64 << 10)
            for line in page["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                terminal.line(LogRecord(line: line)?.text(for: terminal) ?? TerminalText.clean(line, isOneLine: true))
            }
        } catch {
            terminal.line(TerminalText.clean("It cannot be read: \(error)", isOneLine: true))
        }
    }
}
