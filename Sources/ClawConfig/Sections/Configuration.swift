package import ClawSupport

/// The configuration with every default in place, as one replaceable value.
package struct Configuration: Sendable {
    package var gateway: GatewayConfiguration
    package var agents: AgentsConfiguration
    package var session: SessionConfiguration
    package var messages: MessagesConfiguration
    package var models: ModelsConfiguration
    package var tools: ToolsConfiguration
    /// One section per channel, undecoded: `~`, `${NAME}` and references to secrets are resolved in it, the rest is the
    /// channel's.
    package var channels: JSONObject
    /// In the order of the file.
    package var bindings: [BindingConfiguration]
    package var commands: CommandsConfiguration
    package var secrets: SecretProviders
    package var logging: LoggingConfiguration
    package var journal: JournalConfiguration
    /// All of it as JSON with defaults, without the values that were wrong.
    package var effective: JSONObject

    /// What holds without any configuration file.
    package static let defaults = parse([:]).configuration

    /// Reads a resolved configuration. `errors` make it unusable; `warnings` were mended by a default or do nothing.
    /// `environment` holds what secrets refer to.
    package static func parse(
        _ value: JSONValue, environment: [String: String] = [:]
    ) -> (configuration: Configuration, errors: [ConfigIssue], warnings: [ConfigIssue]) {
        var check = ConfigCheck()
        let configuration = Configuration(check.check(value), environment)
        CrossCheck.run(value, configuration, environment, into: &check)
        return (
            configuration, check.findings.filter(\.isFatal).map(\.issue),
            check.findings.filter { !$0.isFatal }.map(\.issue)
        )
    }

    /// Takes a configuration that `ConfigCheck` has completed.
    init(_ effective: JSONObject, _ environment: [String: String], _ values: SecretValues = .none) {
        let reader = ConfigReader(effective)
        secrets = SecretProviders(reader.section("secrets"))
        let sources = SecretSources(environment: environment, providers: secrets, values: values)
        gateway = GatewayConfiguration(reader.section("gateway"), sources)
        agents = AgentsConfiguration(reader.section("agents"))
        session = SessionConfiguration(reader.section("session"))
        messages = MessagesConfiguration(reader.section("messages"))
        models = ModelsConfiguration(reader.section("models"), sources)
        tools = ToolsConfiguration(reader.section("tools"))
        channels = sources.filling(.object(reader.section("channels").object))?.objectValue ?? [:]
        bindings = reader.elements("bindings").compactMap(BindingConfiguration.init)
        commands = CommandsConfiguration(reader.section("commands"))
        logging = LoggingConfiguration(reader.section("logging"))
        journal = JournalConfiguration(reader.section("journal"))
        self.effective = effective
    }
}
