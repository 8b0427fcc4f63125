package import ClawSupport

extension ConfigSnapshot {
    /// What the references of this configuration are looked up in.
    private var sources: SecretSources {
        SecretSources(environment: environment, providers: configuration.secrets, values: taken)
    }

    /// The secret behind a reference; nil when there is none, or it was not taken.
    package func secret(_ reference: SecretReference) -> Redacted? { sources.value(of: reference) }

    /// The whole configuration with secrets in place of the references that lead to one. Never shown.
    package var filled: JSONValue { sources.filling(value) ?? value }

    /// This configuration with the secrets that its references lead to.
    package func using(_ secrets: SecretValues) -> ConfigSnapshot {
        ConfigSnapshot(
            path: path, exists: exists, raw: raw, hash: hash, parsed: parsed, value: value,
            configuration: Configuration(configuration.effective, environment, secrets), issues: issues,
            warnings: warnings, unread: unread, safeMode: safeMode, environment: environment, files: files,
            taken: secrets)
    }
}
