import ClawCore
package import ClawSupport

/// What `security audit --fix` may do: close open groups, turn redaction on, and take files from others. It never touches
/// secrets, the bind mode or the auth mode.
package struct AuditRepair: Sendable {
    /// What was done to one file.
    package struct Action: Sendable, Hashable {
        package var path: String
        package var mode: UInt32
        /// Why it was left as it is; nil when it was changed.
        package var problem: String?

        package var json: JSONValue {
            var object: JSONObject = [
                "kind": "chmod", "path": .string(path), "mode": .string(String(mode, radix: 8)),
                "ok": .bool(problem == nil),
            ]
            object.set("error", problem)
            return .object(object)
        }
    }

    package var stateDirectory: String
    package var configPath: String
    package var isConfigWritten = false
    /// One line for each value that was changed.
    package var changes: [String] = []
    package var actions: [Action] = []
    package var errors: [String] = []

    package var json: JSONObject {
        [
            "ok": .bool(errors.isEmpty), "stateDir": .string(stateDirectory), "configPath": .string(configPath),
            "configWritten": .bool(isConfigWritten), "changes": .strings(changes),
            "actions": .array(actions.map(\.json)), "errors": .strings(errors),
        ]
    }

    /// Repairs what it may and reports the rest.
    package static func run(_ file: ConfigFile, time: any TimeSource) -> AuditRepair {
        var repair = AuditRepair(
            stateDirectory: file.location.stateDirectory, configPath: file.location.configPath)
        repair.changeConfig(file, time)
        repair.closeFiles(file)
        return repair
    }

    private mutating func changeConfig(_ file: ConfigFile, _ time: any TimeSource) {
        let changes = Self.changes(for: file.inspect().parsed)
        if changes.isEmpty { return }
        do throws(ClawError) {
            let outcome = try ConfigEditor(file, time: time).apply(changes.map { .set($0.path, .string($0.value)) })
            isConfigWritten = !outcome.files.isEmpty
            self.changes = changes.map { "\($0.path): \($0.old) -> \($0.value)" }
        } catch {
            errors.append(error.message)
        }
    }

    /// The values to change in a configuration with `${NAME}` as text.
    static func changes(for parsed: JSONValue) -> [(path: String, old: String, value: String)] {
        var paths: [ConfigPath] = []
        let root = ConfigPath([.key("channels")])
        for (name, section) in parsed["channels"]?.objectValue ?? [:] {
            let path = root.appending(name)
            if section["groupPolicy"] == "open" { paths.append(path.appending("groupPolicy")) }
            for (account, settings) in section["accounts"]?.objectValue ?? [:]
            where settings["groupPolicy"] == "open" {
                paths.append(path.appending("accounts").appending(account).appending("groupPolicy"))
            }
        }
        var changes = paths.map { (path: $0.description, old: "open", value: "allowlist") }
        if parsed["logging"]?["redactSensitive"] == "off" {
            changes.append((path: "logging.redactSensitive", old: "off", value: "tools"))
        }
        return changes
    }

    /// Takes the files of an installation from others, and nothing else.
    package static func closeFiles(_ file: ConfigFile) -> AuditRepair {
        var repair = AuditRepair(
            stateDirectory: file.location.stateDirectory, configPath: file.location.configPath)
        repair.closeFiles(file)
        return repair
    }

    private mutating func closeFiles(_ file: ConfigFile) {
        let snapshot = file.inspect()
        for found in AuditedFile.all(snapshot, in: file.location, includingTranscripts: true)
        where found.mode != found.role.mode && found.role != .log {
            if found.isLink {
                actions.append(
                    Action(path: found.path, mode: found.role.mode, problem: "It is a link; check where it leads."))
                continue
            }
            do throws(FileError) {
                try found.close()
                actions.append(Action(path: found.path, mode: found.role.mode))
            } catch {
                actions.append(Action(path: found.path, mode: found.role.mode, problem: error.description))
                errors.append(error.description)
            }
        }
    }
}
