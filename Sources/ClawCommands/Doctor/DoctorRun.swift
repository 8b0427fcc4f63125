import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw doctor`.
struct DoctorRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong with this installation, and repair it with --fix.",
        discussion: """
            Every repair keeps what was there before: earlier texts of the configuration as openclaw.json.bak, files under \
            another name beside them. The exit code is 1 when a problem stays.
            """)

    @Flag(name: [.customLong("fix"), .customLong("repair")], help: "Repair what can be repaired.")
    var fix = false

    @Flag(help: "Do not ask before keys that nobody knows are taken out of the configuration.")
    var yes = false

    @Flag(help: "Ask nothing.")
    var nonInteractive = false

    @Flag(help: "Also read every transcript, and fail when the Gateway does not run.")
    var deep = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let file = try Installation.load(context).file
        let terminal = rpc.json ? Terminal { _, _ in } : context.terminal
        var sections: [DoctorSection] = []
        func add(_ title: String, _ findings: [DoctorFinding]) {
            let section = DoctorSection(title: title, findings: findings)
            sections.append(section)
            Self.write(section, to: terminal)
        }
        let config = ConfigDoctor(
            file: file, context: context, repairs: fix,
            mayRemove: { [yes, nonInteractive] keys in
                if yes || nonInteractive || !context.prompt.isInteractive { return true }
                return try context.prompt.confirm(
                    "Take \(keys.joined(separator: ", ")) out of the file? A copy is kept.", initially: false,
                    on: context.terminal)
            })
        add("Configuration", try config.examine())
        let state = StateDoctor(file: file, context: context, repairs: fix, readsTranscripts: deep)
        add("State directory", state.examineFiles())
        add("Journal and transcripts", await state.examineContent())
        add("Models", try await ModelDoctor(context).examine())
        let system = SystemDoctor(file: file, context: context)
        add("Gateway", try await system.examineGateway(rpc, mustRun: deep))
        add("Machine", system.examineMachine())
        let audit = await SecurityAudit.run(file, time: context.time)
        add("Security", [Self.finding(audit)])
        let problems = sections.flatMap(\.findings).filter { $0.state == .problem }
        if rpc.json { context.terminal.json(Self.json(sections, isOK: problems.isEmpty)) }
        let canFix = problems.contains { $0.fix?.contains("--fix") == true }
        if canFix { terminal.line("`openclaw doctor --fix` repairs what it can.") }
        terminal.line("Doctor complete.")
        if !problems.isEmpty { throw ExitCode.failure }
    }

    private static func finding(_ audit: AuditReport) -> DoctorFinding {
        let text = "The security audit found \(audit.summary)."
        let isCalm = audit.count(.critical) == 0
        return isCalm ? .ok(text) : .warning(text, fix: "`openclaw security audit` explains them.")
    }

    private static func write(_ section: DoctorSection, to terminal: Terminal) {
        terminal.heading(section.title)
        for finding in section.findings {
            let mark = terminal.styled(finding.state.rawValue, finding.style)
            terminal.line("  \(mark) \(TerminalText.clean(finding.text, isOneLine: true))")
            if let fix = finding.fix { terminal.line("    \(TerminalText.clean(fix, isOneLine: true))") }
        }
        terminal.line()
    }

    private static func json(_ sections: [DoctorSection], isOK: Bool) -> JSONValue {
        [
            "ok": .bool(isOK),
            "sections": .array(
                sections.map { ["title": .string($0.title), "findings": .array($0.findings.map(\.json))] }),
        ]
    }
}
