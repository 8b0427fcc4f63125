import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw gateway probe`.
struct GatewayProbe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Look which Gateways can be reached from here; fails when none can.",
        discussion: "Looks at the address of --url, at gateway.remote.url, and at the Gateway of this machine.")

    @Option(help: ArgumentHelp("One more address to look at.", valueName: "ws://…|wss://…"))
    var url: String?

    @Option(help: "The token for the address of --url.")
    var token: String?

    @Option(help: "The password for the address of --url.")
    var password: String?

    @Option(help: ArgumentHelp("How long to wait for each.", valueName: "ms"))
    var timeout = 3000

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if timeout < 1 { throw ValidationError("--timeout takes milliseconds, from 1.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let started = context.time.monotonicNanoseconds
        let targets = try ProbeTarget.all(
            GatewayTarget.Options(url: url, token: token, password: password),
            installation: try Installation.load(context), context)
        let findings = await ProbeFinding.find(targets, timeout: .milliseconds(timeout))
        let isAnyReachable = findings.contains(where: \.isReachable)
        if json {
            let duration = Int((context.time.monotonicNanoseconds - started) / 1_000_000)
            context.terminal.json([
                "ok": .bool(isAnyReachable), "ts": .int64(context.time.nowMilliseconds), "durationMs": .int(duration),
                "timeoutMs": .int(timeout),
                "primaryTargetId": findings.first(where: \.isReachable).map { .string($0.target.kind.rawValue) }
                    ?? .null,
                "warnings": .array(warnings(findings).map { ["message": .string($0)] }),
                "targets": .array(findings.map(\.json)),
            ])
        } else {
            write(findings, to: context.terminal)
        }
        if !isAnyReachable { throw ExitCode.failure }
    }

    private func warnings(_ findings: [ProbeFinding]) -> [String] {
        findings.count(where: \.isReachable) > 1
            ? ["More than one Gateway answers; commands use \(findings[0].target.access.target.endpoint)."] : []
    }

    private func write(_ findings: [ProbeFinding], to terminal: Terminal) {
        let count = findings.count(where: \.isReachable)
        terminal.heading("Gateway Status")
        terminal.line(count == 0 ? "Reachable: no" : "Reachable: yes (\(count) of \(findings.count))")
        terminal.line()
        var table = TextTable(["TARGET", "ADDRESS", "STATE", "DETAIL"])
        for finding in findings {
            table.add(
                .init(finding.target.kind.words), .init(finding.target.access.target.words),
                .init(finding.word, finding.isReachable ? .success : .error), .init(finding.detail, .muted))
        }
        terminal.write(table.rendered(for: terminal))
        for warning in warnings(findings) { terminal.note(warning) }
        for hint in findings.compactMap(\.failure?.hint) where count == 0 {
            terminal.note(TerminalText.clean(hint))
        }
    }
}
