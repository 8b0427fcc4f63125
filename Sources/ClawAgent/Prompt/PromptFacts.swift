package import ClawCore

/// What a system prompt is made from. Two equal values give the same prompt, byte for byte, so that vendors can cache
/// it.
package struct PromptFacts: Sendable, Hashable {
    /// How much prompt a model can carry.
    package enum Profile: Sendable, Hashable {
        case full
        /// For windows below 16,384 tokens: without what a short chat can do without.
        case lean
        /// For windows below 8,192 tokens: identity, tools, safety and the workspace.
        case tiny

        package init(contextWindow: Int) {
            self = contextWindow < 8192 ? .tiny : contextWindow < 16384 ? .lean : .full
        }
    }

    package var profile: Profile
    /// Whether the session belongs to a sub-agent, which gets less.
    package var isSubagent: Bool
    package var agent: AgentID
    package var agentName: String?
    package var workspace: String
    package var tools: [ToolDefinition]
    package var timeZone: String
    package var files: [BootstrapFile]
    package var model: ModelReference
    package var defaultModel: ModelReference
    package var thinking: ThinkingLevel
    package var channel: ChannelID
    package var host: HostFacts
    /// A section for this turn only, such as group context.
    package var extra: String?
    /// Events of the runtime since the last turn, one line each, trusted.
    package var systemEvents: [String]

    package init(
        agent: AgentID, workspace: String, model: ModelReference, channel: ChannelID, tools: [ToolDefinition],
        files: [BootstrapFile]
    ) {
        profile = .full
        isSubagent = false
        self.agent = agent
        self.workspace = workspace
        self.tools = tools
        timeZone = "UTC"
        self.files = files
        self.model = model
        defaultModel = model
        thinking = .off
        self.channel = channel
        host = HostFacts(name: "host", system: "linux", architecture: "unknown")
        systemEvents = []
    }
}

/// The machine as the prompt names it.
package struct HostFacts: Sendable, Hashable {
    package var name: String
    package var system: String
    package var architecture: String

    package init(name: String, system: String, architecture: String) {
        self.name = name
        self.system = system
        self.architecture = architecture
    }
}
