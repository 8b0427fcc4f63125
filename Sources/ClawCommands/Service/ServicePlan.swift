import ClawCore

/// What the system shall run as the Gateway's service. A value: nothing here is written or started.
struct ServicePlan: Sendable, Hashable {
    struct Variable: Sendable, Hashable {
        let name: String
        let value: String
    }

    let description: String
    /// The program, absolute, and its arguments.
    let command: [String]
    let workingDirectory: String
    /// In the order in which they are written.
    let variables: [Variable]
    /// Where a system that keeps no journal of its own puts what the service prints.
    let logsDirectory: String

    /// What a plan is made of.
    struct Facts: Sendable {
        var name: ServiceName
        var version: String
        /// Absolute.
        var executable: String
        var port: Int
        var stateDirectory: String
        var configPath: String
        var homeDirectory: String
        /// The environment of the one who installs; a few of its variables go along.
        var environment: [String: String]
    }

    /// The marks by which this program and others know a service of theirs.
    static let marker = Variable(name: "OPENCLAW_SERVICE_MARKER", value: "openclaw")

    /// Variables that go along when they are set. No secret is among them: the service reads its token from the configuration
    /// and keys of model vendors from `.env` in the state directory.
    private static let carried = [
        "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "all_proxy",
        "NODE_EXTRA_CA_CERTS", "TZ",
    ]

    init(_ facts: Facts, own: Variable) throws(ClawError) {
        description = facts.name.description(version: facts.version)
        command = [facts.executable, "gateway", "--port", "\(facts.port)"]
        workingDirectory = facts.stateDirectory
        logsDirectory = "\(facts.stateDirectory)/logs"
        var variables = [
            Variable(name: "HOME", value: facts.homeDirectory),
            Variable(name: "PATH", value: Self.searchPath(home: facts.homeDirectory)),
        ]
        variables += Self.carried.compactMap { name in
            facts.environment[name].flatMap { $0.isEmpty ? nil : Variable(name: name, value: $0) }
        }
        if let profile = facts.name.profile { variables.append(Variable(name: "OPENCLAW_PROFILE", value: profile)) }
        variables += [
            Variable(name: "OPENCLAW_STATE_DIR", value: facts.stateDirectory),
            Variable(name: "OPENCLAW_CONFIG_PATH", value: facts.configPath),
            Variable(name: "OPENCLAW_GATEWAY_PORT", value: "\(facts.port)"), own, Self.marker,
            Variable(name: "OPENCLAW_SERVICE_KIND", value: "gateway"),
            Variable(name: "OPENCLAW_SERVICE_VERSION", value: facts.version),
        ]
        self.variables = variables
        if facts.executable.contains(where: { "\"'\\".contains($0) }) {
            throw ClawError(
                .invalidRequest, "The path of the program holds quotes or a backslash: \(facts.executable)",
                hint: "systemd starts no such program; install it elsewhere.")
        }
        for text in command + [workingDirectory, description] + variables.map(\.value) { try Self.check(text) }
    }

    /// The folders of the user's own programs, then those of the system: what the one who installs has beyond that depends on
    /// his shell and would be stale soon.
    private static func searchPath(home: String) -> String {
        #if os(macOS)
            let system = ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin"]
        #else
            let system = ["/usr/local/bin", "/usr/bin", "/bin"]
        #endif
        return (["\(home)/.local/bin", "\(home)/bin"] + system).joined(separator: ":")
    }

    /// A line break in a value would end it and begin a setting of its own.
    private static func check(_ text: String) throws(ClawError) {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return }
        let shown = TerminalText.clean(String(text.prefix(80)), isOneLine: true)
        throw ClawError(
            .invalidRequest, "\"\(shown)\" holds a line break or another control character.",
            hint: "Such a value cannot stand in a service file; change the path or the variable.")
    }
}
