import ArgumentParser
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw config set`.
struct ConfigSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set one value; comments and everything else in the file stay.",
        discussion: "The value is read as JSON5 (true, 5, [\"a\"], {x: 1}); what is none is a string.")

    @Argument(help: "The path of the value.")
    var path: String

    @Argument(help: "The value; write -- before one that begins with a dash.")
    var value: String

    @Flag(help: "Refuse a value that is not JSON5, instead of taking it as a string.")
    var strictJSON = false

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let file = try Installation.load(context).file
        let outcome = try ConfigEditor(file, time: context.time).set(path, try parsed())
        ConfigChangeText.show(
            outcome, done: "Updated \(path).", path: path, json: json, context.terminal)
    }

    private func parsed() throws -> JSONValue {
        do {
            return try JSON5Document.parse(value).value
        } catch {
            if !strictJSON { return .string(value) }
            throw ClawError(
                .invalidRequest, "The value is no JSON5: \(error).",
                hint: "Put quotes around it for the shell, or leave --strict-json away to take it as a string.")
        }
    }
}

/// What is said after a change of the configuration.
enum ConfigChangeText {
    static func show(
        _ outcome: ConfigEditor.Outcome, done: String, path: String, json: Bool, _ terminal: Terminal
    ) {
        if json {
            return terminal.json([
                "ok": true, "path": .string(path), "files": .strings(outcome.files),
                "warnings": .array(outcome.snapshot.warnings.map(\.json)), "notes": .strings(outcome.notes),
                "effect": .string(outcome.forecast.name),
            ])
        }
        if outcome.files.isEmpty {
            terminal.line("Nothing to change: \(TerminalText.clean(path, isOneLine: true)) stands so already.")
        } else {
            terminal.line(TerminalText.clean("\(done) \(outcome.forecast.sentence)", isOneLine: true))
        }
        for warning in outcome.snapshot.warnings where warning.path == path {
            terminal.note(TerminalText.clean(warning.description))
        }
        for note in outcome.notes { terminal.note(TerminalText.clean(note)) }
    }
}
