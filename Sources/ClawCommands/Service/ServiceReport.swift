import ArgumentParser
import ClawClient
import ClawCore
import ClawSupport

/// What became of a service command, for a person or a program.
struct ServiceReport: Sendable {
    enum Action: String, Sendable {
        case install
        case uninstall
        case start
        case stop
        case restart
    }

    enum Result: String, Sendable {
        case installed
        case alreadyInstalled = "already-installed"
        case uninstalled
        case started
        case stopped
        case restarted
        case notLoaded = "not-loaded"
    }

    let result: Result
    let message: String
    /// Whether the system starts the service by itself now.
    let isLoaded: Bool
    var hints: [String] = []
    var warnings: [String] = []

    /// Runs an action and says what became of it. A failure is said in the same shape and ends the command with code 1; so
    /// does `not-loaded`, except where nothing being there is what was wanted.
    static func show(
        _ action: Action, json: Bool, _ control: () throws -> ServiceControl,
        _ body: (ServiceControl) async throws -> ServiceReport
    ) async throws {
        let terminal = CommandContext.current.terminal
        do {
            let control = try control()
            let report = try await body(control)
            let isGood = report.result != .notLoaded || action == .uninstall || action == .stop
            if json {
                terminal.json(report.json(action, isGood, control.supervisor))
            } else {
                report.write(to: terminal)
            }
            if !isGood { throw ExitCode.failure }
        } catch let error as ClawError {
            guard json else { throw error }
            var object: JSONObject = [
                "ok": false, "action": .string(action.rawValue), "error": .string(error.message),
            ]
            if let hint = error.hint { object["hints"] = [.string(hint)] }
            terminal.json(.object(object))
            throw ExitCode.failure
        }
    }

    private func json(_ action: Action, _ isGood: Bool, _ supervisor: any ServiceSupervisor) -> JSONValue {
        var object: JSONObject = [
            "ok": .bool(isGood), "action": .string(action.rawValue), "result": .string(result.rawValue),
            "message": .string(message),
        ]
        if !hints.isEmpty { object["hints"] = .strings(hints) }
        if !warnings.isEmpty { object["warnings"] = .strings(warnings) }
        object["service"] = supervisor.json(isLoaded: isLoaded)
        return .object(object)
    }

    private func write(to terminal: Terminal) {
        let style: TextStyle = result == .notLoaded ? .warning : .success
        terminal.line(terminal.styled(TerminalText.clean(message), style))
        for warning in warnings {
            terminal.note("\(terminal.styled("note:", .warning, on: .error)) \(TerminalText.clean(warning))")
        }
        for hint in hints { terminal.line(TerminalText.clean(hint)) }
    }
}
