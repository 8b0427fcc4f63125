package import ClawAgent
package import ClawConfig
package import ClawCore
import ClawSupport

extension AgentSettings {
    /// The settings of one agent. `model` is what the model registry made of the configured names.
    package init(
        _ agent: AgentID, configuration: Configuration, location: ConfigLocation, model: ModelReference,
        fallbacks: [ModelReference]
    ) {
        let defaults = configuration.agents.defaults
        let own = configuration.agents[agent]
        self.init(
            id: agent, workspace: configuration.agents.workspace(of: agent, in: location), model: model,
            fallbacks: fallbacks)
        name = own.identity.name ?? own.name
        responsePrefix = configuration.messages.responsePrefix.map { ResponsePrefix(template: $0, agentName: name) }
        timeout = defaults.timeout == .zero ? nil : defaults.timeout
        thinking = defaults.thinking
        tools = ToolPolicy(global: configuration.tools, agent: own.tools)
        bootstrapFileLimit = defaults.bootstrapMaxChars
        bootstrapTotalLimit = defaults.bootstrapTotalMaxChars
        timeZone = defaults.userTimezone
        contextTokens = defaults.contextTokens
    }
}

extension ToolPolicy {
    /// The agent's own profile replaces the global one; its lists narrow the global ones.
    package init(global: ToolsConfiguration, agent: ToolsConfiguration) {
        let profile = (agent.profile ?? global.profile).flatMap { Profile(rawValue: $0.rawValue) }
        self.init(
            profile: profile, alsoAllow: (agent.alsoAllow ?? []) + (global.alsoAllow ?? []),
            steps: [
                Step(allow: global.allow ?? [], deny: global.deny ?? []),
                Step(allow: agent.allow ?? [], deny: agent.deny ?? []),
            ])
    }
}

extension QueuePolicy {
    /// The policy for a channel: its own mode and pauses where the configuration names them.
    package init(_ messages: MessagesConfiguration, channel: ChannelID) {
        let queue = messages.queue
        let mode = queue.modeByChannel[channel.rawValue] ?? queue.mode
        self.init(
            mode: QueueMode(word: mode.rawValue) ?? .collect,
            debounceMilliseconds: (queue.debounceByChannel[channel.rawValue] ?? queue.debounce).wholeMilliseconds,
            cap: queue.cap, drop: Drop(rawValue: queue.drop.rawValue) ?? .summarize)
        gatherMilliseconds =
            (messages.inboundDebounceByChannel[channel.rawValue] ?? messages.inboundDebounce).wholeMilliseconds
    }
}
