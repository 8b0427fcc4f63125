package import ClawSupport

/// Everything that the audit looks at, read once: its checks touch neither files nor network.
package struct AuditSubject: Sendable {
    /// One account of one channel that is turned on.
    package struct Channel: Sendable, Hashable {
        package enum Policy: String, Sendable, Hashable {
            case open
            case allowlist
            case pairing
            case disabled
        }

        package var id: String
        package var account: String
        /// As the file says it, whatever the channel makes of it.
        package var dmPolicy: Policy
        package var groupPolicy: Policy
        package var allowFrom: [String]
        /// Senders that were let in by pairing.
        package var pairedSenders: [String]
        package var allowsNameMatching: Bool

        package init(
            id: String, account: String = "default", dmPolicy: Policy = .pairing, groupPolicy: Policy = .allowlist,
            allowFrom: [String] = [], pairedSenders: [String] = [], allowsNameMatching: Bool = false
        ) {
            self.id = id
            self.account = account
            self.dmPolicy = dmPolicy
            self.groupPolicy = groupPolicy
            self.allowFrom = allowFrom
            self.pairedSenders = pairedSenders
            self.allowsNameMatching = allowsNameMatching
        }

        /// Everybody who may write, each once.
        var senders: Set<String> { Set(allowFrom + pairedSenders).subtracting(["*"]) }
    }

    /// What an agent may do.
    package struct Agent: Sendable, Hashable {
        package var id: String
        /// Every model that it may use, as `provider/model`.
        package var models: [String]
        /// The tools that its policy leaves it, of those that change or reach something.
        package var tools: Set<String>

        package init(id: String, models: [String] = [], tools: Set<String> = []) {
            self.id = id
            self.models = models
            self.tools = tools
        }
    }

    /// Resolved: variables and `~` are replaced; without defaults.
    package var value: JSONValue
    /// The same with `${NAME}` as text, so that a secret in the file is told from one in the environment.
    package var parsed: JSONValue
    package var configuration: Configuration
    package var environment: [String: String]
    package var files: [AuditedFile]
    package var channels: [Channel]
    package var agents: [Agent]

    package init(
        _ snapshot: ConfigSnapshot, files: [AuditedFile] = [], channels: [Channel] = [], agents: [Agent] = []
    ) {
        value = snapshot.value
        parsed = snapshot.parsed
        configuration = snapshot.configuration
        environment = snapshot.environment
        self.files = files
        self.channels = channels
        self.agents = agents
    }

    var gateway: GatewayConfiguration { configuration.gateway }

    func value(at keys: String...) -> JSONValue? {
        keys.reduce(value as JSONValue?) { $0?[$1] }
    }

    /// Whether other machines of the network can reach the Gateway.
    var isBoundWide: Bool { !gateway.servesThisMachineOnly }

    /// Whether somebody outside of this machine can reach the Gateway, also through Tailscale.
    var isExposed: Bool { isBoundWide || gateway.tailscale.mode != .off }

    var authMode: GatewayConfiguration.AuthMode { gateway.auth.effectiveMode }

    var token: Redacted? {
        gateway.auth.token ?? environment["OPENCLAW_GATEWAY_TOKEN"].flatMap { $0.isEmpty ? nil : Redacted($0) }
    }

    var openGroups: [Channel] { channels.filter { $0.groupPolicy == .open } }
}
