import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit

/// An installation in a directory of its own.
struct ConfigHome {
    let directory: TemporaryDirectory
    let file: ConfigFile
    let time = ManualTimeSource()

    /// Writes `text`, if any, as the configuration file. `environment` comes besides `HOME`.
    init(_ text: String? = nil, environment: [String: String] = [:]) throws {
        directory = try TemporaryDirectory("config")
        if let text { try directory.write(text, to: ".openclaw/openclaw.json") }
        var environment = environment
        environment["HOME"] = directory.path
        file = try ConfigFile.locate(environment: environment, workingDirectory: directory.path)
    }

    var state: String { "\(directory.path)/.openclaw" }
    var path: String { "\(state)/openclaw.json" }
    var editor: ConfigEditor { ConfigEditor(file, time: time) }

    /// What the Gateway would run with. The directory stays until this returns.
    func load() throws -> ConfigSnapshot {
        defer { withExtendedLifetime(directory) {} }
        return try file.load()
    }

    func inspect() -> ConfigSnapshot {
        defer { withExtendedLifetime(directory) {} }
        return file.inspect()
    }

    /// A file of the state directory.
    func text(_ name: String = "openclaw.json") -> String? { directory.read(".openclaw/\(name)") }

    func write(_ text: String, to name: String = "openclaw.json") throws {
        try directory.write(text, to: ".openclaw/\(name)")
    }

    /// A text without the path of the directory, which differs each time.
    func neutral(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        while let found = rest.firstRange(of: directory.path) {
            output += rest[..<found.lowerBound] + "HOME"
            rest = rest[found.upperBound...]
        }
        return output + rest
    }
}
