import ArgumentParser
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw config validate`.
struct ConfigValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check the configuration file; fails when it is wrong or missing.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let snapshot = try Installation.load(context).file.inspect()
        if json { context.terminal.json(Self.json(snapshot)) }
        if !snapshot.exists {
            if json { throw ExitCode.failure }
            throw ClawError(
                .notFound, "There is no configuration file at \(snapshot.path).",
                hint: "`openclaw config set gateway.mode local` makes one; without one the defaults count.")
        }
        if !json { show(snapshot, context.terminal) }
        if !snapshot.isValid { throw ExitCode.failure }
    }

    private func show(_ snapshot: ConfigSnapshot, _ terminal: Terminal) {
        for issue in snapshot.issues {
            terminal.note("\(terminal.styled("error:", .error, on: .error)) \(TerminalText.clean(issue.description))")
        }
        for warning in snapshot.warnings {
            terminal.note(
                "\(terminal.styled("warning:", .warning, on: .error)) \(TerminalText.clean(warning.description))")
        }
        if snapshot.isValid { terminal.line("Config valid: \(snapshot.path)") }
    }

    private static func json(_ snapshot: ConfigSnapshot) -> JSONValue {
        var object: JSONObject = ["valid": .bool(snapshot.isValid && snapshot.exists), "path": .string(snapshot.path)]
        if !snapshot.exists { object["error"] = "file not found" }
        if !snapshot.issues.isEmpty { object["issues"] = .array(snapshot.issues.map(\.json)) }
        if !snapshot.warnings.isEmpty { object["warnings"] = .array(snapshot.warnings.map(\.json)) }
        return .object(object)
    }
}
