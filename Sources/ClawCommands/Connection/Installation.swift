import ClawConfig
import ClawCore
import ClawSupport

/// The installation that a command works on: where it lies, and its configuration as far as it can be read.
struct Installation: Sendable {
    let file: ConfigFile
    let snapshot: ConfigSnapshot

    var location: ConfigLocation { file.location }

    /// Reads the configuration. One that is not valid is no error here: the last good copy counts then, and `snapshot` says
    /// what is wrong.
    static func load(_ context: CommandContext) throws(ClawError) -> Installation {
        let file = try ConfigFile.locate(
            environment: context.environment, workingDirectory: context.workingDirectory)
        let current = file.inspect()
        if current.isValid { return Installation(file: file, snapshot: current) }
        // Without a last good copy the defaults stand in, and the issues tell why.
        return Installation(file: file, snapshot: (try? file.load()) ?? current)
    }

    /// Why something else than the file's content counts; nil when the file is valid.
    var safeModeReason: String? { snapshot.safeMode?.reason ?? snapshot.issues.first?.description }

    /// One line on the configuration file.
    var configSummary: String {
        if !snapshot.exists { return "\(snapshot.path) (missing: defaults are used)" }
        if !snapshot.isValid { return "\(snapshot.path) (\(snapshot.issues.count) problems)" }
        return snapshot.warnings.isEmpty ? snapshot.path : "\(snapshot.path) (\(snapshot.warnings.count) warnings)"
    }

    var configJSON: JSONValue {
        [
            "path": .string(snapshot.path), "exists": .bool(snapshot.exists), "valid": .bool(snapshot.isValid),
            "issues": .array(snapshot.issues.map(\.json)), "warnings": .array(snapshot.warnings.map(\.json)),
        ]
    }
}
