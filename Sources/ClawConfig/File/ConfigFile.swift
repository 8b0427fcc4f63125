package import ClawCore
import ClawSupport

/// The configuration file of this installation: finds it and reads it.
package struct ConfigFile: Sendable {
    package let location: ConfigLocation
    /// The environment of the process with the `.env` files of the working directory and of the state directory.
    package let environment: ConfigEnvironment

    package static let maximumBytes = 16 << 20

    package init(location: ConfigLocation, environment: ConfigEnvironment) {
        self.location = location
        self.environment = environment
    }

    /// Finds the file and reads the `.env` files. The place comes from the process environment alone: a `.env` file of some
    /// project cannot move it.
    package static func locate(
        environment: [String: String], workingDirectory: String
    ) throws(ClawError) -> ConfigFile {
        let location = try ConfigLocation.resolve(environment: environment, workingDirectory: workingDirectory)
        var merged = ConfigEnvironment(environment)
        do throws(FileError) {
            try merged.add(dotEnvFile: "\(workingDirectory)/.env")
            if location.stateDirectory != workingDirectory {
                try merged.add(dotEnvFile: "\(location.stateDirectory)/.env")
            }
        } catch {
            throw ClawError(
                .configInvalid, error.description, hint: "Make the file readable or remove it.", cause: error)
        }
        return ConfigFile(location: location, environment: merged)
    }

    /// Reads the file as it is, whatever is wrong with it; defaults stand for what cannot be read. For commands that show
    /// or check the configuration.
    package func inspect() -> ConfigSnapshot { ConfigLoading(file: self).snapshot() }

    /// Reads the configuration to run with. A valid file is copied to the last good copy when it changed. A file that is not
    /// valid gives the last good copy with `safeMode` set; without such a copy it throws `config_invalid` with line and
    /// column and what to do. A missing file gives the defaults.
    package func load() throws(ClawError) -> ConfigSnapshot {
        let current = inspect()
        if current.isValid {
            return current.exists ? keepingGoodCopy(of: current) : current
        }
        if let good = try lastGood(for: current) { return good }
        throw Self.refusal(current)
    }

    /// The error of a file that cannot be used: its first fault, and all of them in the details.
    package static func refusal(_ snapshot: ConfigSnapshot) -> ClawError {
        guard let first = snapshot.issues.first else { return ClawError(.internalFault, "The configuration is valid.") }
        var error = first.clawError
        if snapshot.issues.count > 1 { error.message += " (\(snapshot.issues.count - 1) more)" }
        error.hint = (first.fix.map { $0 + " " } ?? "") + "Then check it with: openclaw config validate"
        error.details = ["issues": .array(snapshot.issues.map(\.json))]
        return error
    }

    /// Failing to keep a copy does not stop a start; it is a warning.
    func keepingGoodCopy(of snapshot: ConfigSnapshot) -> ConfigSnapshot {
        let path = location.lastGoodPath
        let text =
            snapshot.files.count > 1 ? snapshot.parsed.prettyText + "\n" : snapshot.raw ?? snapshot.parsed.prettyText
        let bytes = Array(text.utf8)
        do throws(FileError) {
            if try AtomicFile.read(path, limit: Self.maximumBytes * 2) == bytes { return snapshot }
            try AtomicFile.makeDirectory(location.stateDirectory)
            try AtomicFile.write(bytes, to: path)
            return snapshot
        } catch {
            let warning = ConfigIssue(
                path: "", message: "No copy of the valid configuration could be kept: \(error.description)",
                fix: "Make \(location.stateDirectory) writable.")
            return snapshot.adding(warning)
        }
    }

    private func lastGood(for current: ConfigSnapshot) throws(ClawError) -> ConfigSnapshot? {
        let path = location.lastGoodPath
        guard FilePath.exists(path) else { return nil }
        let copy = ConfigLoading(file: self, path: path).snapshot()
        guard copy.isValid, copy.exists else { return nil }
        let reason = current.issues.first.map(\.description) ?? ""
        return current.using(
            copy, SafeMode(reason: reason, issues: current.issues, lastGoodPath: path))
    }
}

extension ConfigSnapshot {
    fileprivate func adding(_ warning: ConfigIssue) -> ConfigSnapshot {
        copy(of: self, warnings: warnings + [warning], safeMode: safeMode)
    }

    /// This file with what another one configures.
    fileprivate func using(_ good: ConfigSnapshot, _ safeMode: SafeMode) -> ConfigSnapshot {
        copy(of: good, warnings: warnings, safeMode: safeMode)
    }

    private func copy(of good: ConfigSnapshot, warnings: [ConfigIssue], safeMode: SafeMode?) -> ConfigSnapshot {
        ConfigSnapshot(
            path: path, exists: exists, raw: raw, hash: hash, parsed: parsed, value: good.value,
            configuration: good.configuration, issues: issues, warnings: warnings, unread: unread, safeMode: safeMode,
            environment: good.environment, files: files, taken: good.taken)
    }
}
