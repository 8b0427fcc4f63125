package import ClawSupport

/// Why the Gateway runs on an earlier configuration than the one in the file.
package struct SafeMode: Sendable, Hashable {
    /// One sentence with file, line and column.
    package let reason: String
    /// What is wrong with the file now.
    package let issues: [ConfigIssue]
    /// The copy that is used.
    package let lastGoodPath: String
}

/// The configuration file as it was read once.
package struct ConfigSnapshot: Sendable {
    package let path: String
    package let exists: Bool
    /// The text of the file; nil when there is none or it is no text.
    package let raw: String?
    /// SHA-256 of the file in hexadecimal; that of nothing when it is missing.
    package let hash: String
    /// The file with included ones merged in and `${NAME}` as text; an empty object when it cannot be read.
    package let parsed: JSONValue
    /// The same with variables and `~` resolved, without defaults. That of the last good copy in safe mode.
    package let value: JSONValue
    /// Typed, with defaults. That of the last good copy in safe mode.
    package let configuration: Configuration
    /// What makes the file unusable; empty when it is valid.
    package let issues: [ConfigIssue]
    package let warnings: [ConfigIssue]
    /// Paths of keys that OpenClaw knows and this program does not read yet.
    package let unread: [String]
    package let safeMode: SafeMode?
    /// The environment with what `.env` files and the `env` block add to it.
    package let environment: [String: String]
    /// The file and all that it includes, as far as they could be read.
    package let files: [String]
    /// The secrets that were taken from files and programs for it.
    package let taken: SecretValues

    package var isValid: Bool { issues.isEmpty }
}

extension ConfigSnapshot {
    /// Every secret that this configuration holds or refers to, by its value.
    package var secretValues: Set<String> { secrets.union(ConfigRedaction.secrets(in: value)) }

    /// Secrets by their values: those of the file and of variables whose name sounds like a secret.
    private var secrets: Set<String> {
        Set(environment.filter { SensitiveKeys.matches($0.key) && !$0.value.isEmpty }.values).union(taken.texts)
    }

    /// The result of `config.get`: everything of use for a person, without secrets. `config` holds the defaults too.
    package var redactedJSON: JSONObject {
        let secrets = secrets
        func list(_ issues: [ConfigIssue]) -> JSONValue { .array(issues.map(\.json)) }
        let raw = isValid ? raw.flatMap { ConfigRedaction.redact(raw: $0, known: secrets) } : nil
        var object: JSONObject = [
            "path": .string(path), "exists": .bool(exists), "raw": .nullable(raw),
            "parsed": isValid ? ConfigRedaction.redact(parsed, known: secrets) : nil,
            "resolved": isValid ? ConfigRedaction.redact(value, known: secrets) : [:],
            "valid": .bool(isValid),
            "config": isValid ? ConfigRedaction.redact(.object(configuration.effective), known: secrets) : [:],
            "hash": .string(hash), "issues": list(issues), "warnings": list(warnings), "legacyIssues": [],
        ]
        if let safeMode { object["safeMode"] = ["reason": .string(safeMode.reason)] }
        return object
    }
}
