package import ClawConfig
import ClawCore

extension RoutingRules {
    /// The rules that the configuration holds. A binding with a guild, team or role is left out: no channel of this Gateway has
    /// them, and a rule that is only half read would let messages reach the wrong agent.
    package init(_ configuration: Configuration) {
        self.init(defaultAgent: configuration.agents.defaultID, agents: Set(configuration.agents.ids))
        bindings = configuration.bindings.compactMap { binding in
            guard binding.guildID == nil, binding.teamID == nil, binding.roles.isEmpty else { return nil }
            var peer: Peer?
            if let kind = binding.peerKind, let id = binding.peerID {
                peer = Peer(kind: ChatKind(rawValue: kind.rawValue) ?? .direct, id: id)
            }
            return Binding(agent: binding.agent, channel: binding.channel, account: binding.account, peer: peer)
        }
        directScope = DirectScope(rawValue: configuration.session.directScope.rawValue) ?? .main
        isGlobal = configuration.session.scope == .global
        identityLinks = configuration.session.identityLinks.map { ($0.name, $0.peers) }
    }
}
