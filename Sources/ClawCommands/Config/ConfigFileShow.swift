import ArgumentParser
import ClawConfig
import ClawSupport

/// `openclaw config file`.
struct ConfigFileShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "Print where the configuration file is.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let snapshot = try Installation.load(context).snapshot
        if json {
            context.terminal.json(["path": .string(snapshot.path), "exists": .bool(snapshot.exists)])
        } else {
            context.terminal.line(snapshot.path)
        }
    }
}
