import ClawSupport

/// `secrets`: where secrets are taken from that the configuration refers to.
package struct SecretProviders: Sendable, Hashable {
    /// The file of a provider.
    package struct File: Sendable, Hashable {
        /// Absolute.
        package var path: String
        /// Whether the whole file is the one secret, instead of a JSON document of them.
        package var isSingleValue: Bool
        package var maxBytes: Int
        package var timeout: Duration
    }

    /// The program of a provider.
    package struct Program: Sendable, Hashable {
        /// Absolute.
        package var command: String
        package var arguments: [String]
        package var timeout: Duration
        package var maxOutputBytes: Int
        /// Whether an answer that is no JSON is a fault instead of the one secret.
        package var jsonOnly: Bool
        /// Variables of its environment; it gets no others than these and `passEnv`. May hold secrets.
        package var environment: [String: String]
        package var passEnv: [String]
        /// Folders one of which must hold the program; empty for anywhere.
        package var trustedDirs: [String]
        package var allowInsecurePath: Bool
        package var allowSymlinkCommand: Bool
    }

    package enum Provider: Sendable, Hashable {
        /// Nil lets every variable be named.
        case environment(allowlist: Set<String>?)
        case file(File)
        case program(Program)

        package var source: SecretReference.Source {
            switch self {
            case .environment: .env
            case .file: .file
            case .program: .exec
            }
        }
    }

    package var providers: [String: Provider]
    private var defaults: [SecretReference.Source: String]
    package var maxConcurrency: Int
    package var maxReferences: Int
    package var maxBatchBytes: Int

    init(_ reader: ConfigReader) {
        let limits = reader.section("resolution")
        maxConcurrency = limits.int("maxProviderConcurrency")
        maxReferences = limits.int("maxRefsPerProvider")
        maxBatchBytes = limits.int("maxBatchBytes")
        defaults = [:]
        for source in SecretReference.Source.allCases {
            defaults[source] = reader.section("defaults").string(source.rawValue)
        }
        providers = [:]
        for (name, entry) in reader.entries("providers") { providers[name] = Self.provider(entry) }
    }

    /// The files that secrets are taken from.
    package var paths: [String] {
        providers.values.compactMap { if case .file(let file) = $0 { file.path } else { nil } }.sorted()
    }

    /// The name of the provider that a reference means.
    package func name(for reference: SecretReference) -> String {
        reference.provider ?? defaults[reference.source] ?? "default"
    }

    /// The provider of a reference; nil when none of its source is configured. The environment needs no configuration.
    package func provider(for reference: SecretReference) -> Provider? {
        let name = name(for: reference)
        if let provider = providers[name] { return provider.source == reference.source ? provider : nil }
        return reference.source == .env && name == (defaults[.env] ?? "default") ? .environment(allowlist: nil) : nil
    }

    private static func timeout(_ entry: ConfigReader) -> Duration {
        .milliseconds(entry.optionalInt("timeoutMs") ?? 5000)
    }

    private static func provider(_ entry: ConfigReader) -> Provider? {
        switch entry.choice("source", SecretReference.Source.self) {
        case .env: return .environment(allowlist: entry.optionalStrings("allowlist").map(Set.init))
        case .file:
            guard let path = entry.string("path") else { return nil }
            return .file(
                File(
                    path: path, isSingleValue: entry.string("mode") == "singleValue",
                    maxBytes: entry.optionalInt("maxBytes") ?? 1 << 20, timeout: Self.timeout(entry)))
        case .exec:
            guard let command = entry.string("command") else { return nil }
            return .program(
                Program(
                    command: command, arguments: entry.strings("args"),
                    timeout: Self.timeout(entry),
                    maxOutputBytes: entry.optionalInt("maxOutputBytes") ?? 1 << 20,
                    jsonOnly: entry.optionalBool("jsonOnly") ?? true,
                    environment: entry.map("env", \.stringValue), passEnv: entry.strings("passEnv"),
                    trustedDirs: entry.strings("trustedDirs"), allowInsecurePath: entry.bool("allowInsecurePath"),
                    allowSymlinkCommand: entry.bool("allowSymlinkCommand")))
        case nil: return nil
        }
    }
}
