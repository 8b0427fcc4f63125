import ArgumentParser
import ClawConfig
import ClawCore

/// `openclaw config unset`.
struct ConfigUnset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Remove one value, so that its default counts again.")

    @Argument(help: "The path of the value.")
    var path: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let file = try Installation.load(context).file
        let outcome = try ConfigEditor(file, time: context.time).unset(path)
        if outcome.files.isEmpty {
            throw ClawError(
                .notFound, "Config path not found: \(path).", hint: "It is not set in \(file.location.configPath).")
        }
        ConfigChangeText.show(
            outcome, done: "Removed \(path).", path: path, json: json, context.terminal)
    }
}
