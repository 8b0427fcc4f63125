package import ClawCore
import ClawSupport

/// What the configuration says about which agent answers whom, and in which session.
package struct RoutingRules: Sendable, Hashable {
    /// How private chats are told apart.
    package enum DirectScope: String, Sendable, Hashable {
        case main
        case perPeer = "per-peer"
        case perChannelPeer = "per-channel-peer"
        case perAccountChannelPeer = "per-account-channel-peer"
    }

    package struct Binding: Sendable, Hashable {
        package var agent: AgentID
        package var channel: ChannelID
        /// Nil matches the default account only; `*` matches every account.
        package var account: String?
        package var peer: Peer?

        package init(agent: AgentID, channel: ChannelID, account: String? = nil, peer: Peer? = nil) {
            self.agent = agent
            self.channel = channel
            self.account = account
            self.peer = peer
        }
    }

    package var defaultAgent: AgentID
    package var agents: Set<AgentID>
    package var bindings: [Binding] = []
    package var directScope = DirectScope.main
    /// Whether all peers share one session.
    package var isGlobal = false
    /// Canonical name to the peers that are the same person, each as `peer` or `channel:peer`.
    package var identityLinks: [(name: String, peers: [String])] = []

    package init(defaultAgent: AgentID, agents: Set<AgentID>) {
        self.defaultAgent = defaultAgent
        self.agents = agents
    }

    package static func == (left: RoutingRules, right: RoutingRules) -> Bool {
        left.defaultAgent == right.defaultAgent && left.agents == right.agents && left.bindings == right.bindings
            && left.directScope == right.directScope && left.isGlobal == right.isGlobal
            && left.identityLinks.map(\.name) == right.identityLinks.map(\.name)
            && left.identityLinks.map(\.peers) == right.identityLinks.map(\.peers)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(defaultAgent)
        hasher.combine(bindings)
    }
}

/// Stop 4 of a message: which agent and which session it belongs to (agent-runtime §1, §2).
package struct SessionRouter: Sendable {
    package struct Route: Sendable, Hashable {
        package var agent: AgentID
        package var session: SessionKey
        /// Which rule decided: `binding.peer`, `binding.account`, `binding.channel` or `default`.
        package var matchedBy: String
    }

    package let rules: RoutingRules

    package init(rules: RoutingRules) { self.rules = rules }

    package func route(_ message: InboundMessage) -> Route {
        let (agent, matchedBy) = agent(for: message)
        return Route(agent: agent, session: session(for: message, agent: agent), matchedBy: matchedBy)
    }

    private func agent(for message: InboundMessage) -> (AgentID, String) {
        let candidates = rules.bindings.filter { binding in
            binding.channel == message.channel && accountMatches(binding.account, message.account)
        }
        let tiers: [(String, (RoutingRules.Binding) -> Bool)] = [
            ("binding.peer", { binding in binding.peer.map { same($0, message.peer) } ?? false }),
            (
                "binding.peer.parent",
                { binding in
                    guard let peer = binding.peer, let parent = message.parentPeer else { return false }
                    return same(peer, parent)
                }
            ),
            ("binding.account", { $0.peer == nil && $0.account != "*" }),
            ("binding.channel", { $0.peer == nil && $0.account == "*" }),
        ]
        for (name, matches) in tiers {
            guard let binding = candidates.first(where: matches) else { continue }
            return (rules.agents.contains(binding.agent) ? binding.agent : rules.defaultAgent, name)
        }
        return (rules.defaultAgent, "default")
    }

    private func accountMatches(_ rule: String?, _ account: AccountID) -> Bool {
        guard let rule else { return account == .default }
        return rule == "*" || AccountID(rule) == account
    }

    /// Groups and channels match each other: platforms draw that line differently.
    private func same(_ rule: Peer, _ peer: Peer) -> Bool {
        (rule.kind == .direct) == (peer.kind == .direct) && rule.id.lowercased() == peer.id.lowercased()
    }

    private func session(for message: InboundMessage, agent: AgentID) -> SessionKey {
        if rules.isGlobal { return .global }
        let channel = message.channel.rawValue
        let id = message.peer.id.isEmpty ? "unknown" : message.peer.id.lowercased()
        var rest: String
        switch message.peer.kind {
        case .group: rest = "\(channel):group:\(id)"
        case .channel: rest = "\(channel):channel:\(id)"
        case .direct:
            switch rules.directScope {
            case .main: rest = "main"
            case .perPeer: rest = "direct:\(linked(message))"
            case .perChannelPeer: rest = "\(channel):direct:\(linked(message))"
            case .perAccountChannelPeer: rest = "\(channel):\(message.account.rawValue):direct:\(linked(message))"
            }
        }
        if let thread = message.thread, rest != "main" { rest += ":thread:\(thread.lowercased())" }
        return SessionKey(agent: agent, rest: rest)
    }

    /// The canonical name of the peer when an identity link lists it, else its id.
    private func linked(_ message: InboundMessage) -> String {
        let peer = message.peer.id.lowercased()
        let names = [peer, "\(message.channel.rawValue):\(peer)"]
        let link = rules.identityLinks.first { link in link.peers.contains { names.contains($0.lowercased()) } }
        return (link?.name ?? peer).lowercased()
    }
}

/// Session keys as clients write them (gateway-methods §0.1).
package struct SessionKeyResolver: Sendable {
    /// Bytes of a key: it is kept in several files and named in many events.
    private static let longest = 512

    package let defaultAgent: AgentID
    package let isGlobal: Bool
    /// Those that exist.
    package let agents: Set<AgentID>

    package init(defaultAgent: AgentID, isGlobal: Bool, agents: Set<AgentID>) {
        self.defaultAgent = defaultAgent
        self.isGlobal = isGlobal
        self.agents = agents
    }

    package init(rules: RoutingRules) {
        self.init(defaultAgent: rules.defaultAgent, isGlobal: rules.isGlobal, agents: rules.agents)
    }

    /// The session that `main` and an empty key stand for.
    package var mainSession: SessionKey { isGlobal ? .global : SessionKey(agent: defaultAgent, rest: "main") }

    /// Throws for a session of an agent that does not exist: nothing may be written for one.
    package func checkAgent(of session: SessionKey, method: String) throws(ClawError) {
        guard let agent = session.agent, !agents.contains(agent) else { return }
        throw Self.unknownAgent(agent.rawValue, method: method)
    }

    /// The wire's own words.
    static func unknownAgent(_ name: String, method: String) -> ClawError {
        ClawError(.invalidRequest, "invalid \(method) params: unknown agent id \"\(name.prefix(64))\"")
    }

    /// The canonical key; nil for one that starts with `agent:` and has fewer than three parts, is longer than 512 bytes, or holds
    /// control characters.
    package func resolve(_ text: String) -> SessionKey? {
        if text.utf8.count > Self.longest || text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return nil }
        let key = text.trimmingWhitespace.lowercased()
        if key.isEmpty || key == "main" { return mainSession }
        if key == "global" || key == "unknown" { return SessionKey(canonical: key) }
        guard key.hasPrefix("agent:") else { return SessionKey(agent: defaultAgent, rest: key) }
        let parts = key.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[2].isEmpty, let agent = AgentID(normalizing: String(parts[1])) else {
            return nil
        }
        if isGlobal, parts[2] == "main", agent == defaultAgent { return .global }
        return SessionKey(agent: agent, rest: String(parts[2]))
    }
}
