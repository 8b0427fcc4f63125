import ArgumentParser
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw config get`.
struct ConfigGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print one value of the configuration file; secrets are replaced.")

    @Argument(help: "The path of the value.")
    var path: String

    @Flag(help: "Print JSON, also for a plain string.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let snapshot = try Installation.load(context).file.inspect()
        if !snapshot.isValid, snapshot.parsed == [:] { throw ConfigFile.refusal(snapshot) }
        let value: JSONValue?
        do throws(ConfigIssue) {
            value = try ConfigPath(parsing: path).value(in: ConfigRedaction.redact(snapshot.parsed))
        } catch {
            throw error.clawError
        }
        guard let value else {
            throw ClawError(
                .notFound, "Config path not found: \(path).",
                hint: "It is not set in \(snapshot.path); `openclaw config set` sets it.")
        }
        if let text = value.stringValue, !json {
            context.terminal.line(TerminalText.clean(text))
        } else {
            context.terminal.json(value)
        }
    }
}

extension ConfigPath {
    /// What stands at this path in `root`; nil when nothing does.
    func value(in root: JSONValue) -> JSONValue? {
        var value = root
        for component in components {
            switch component {
            case .key(let key):
                guard let member = value[key] else { return nil }
                value = member
            case .index(let index):
                guard let elements = value.arrayValue, elements.indices.contains(index) else { return nil }
                value = elements[index]
            }
        }
        return value
    }
}
