import ClawAgent
package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport

/// The sessions that clients name, and whether something may be said in them.
package struct ClientSessions: Sendable {
    package let store: SessionStore
    package let configuration: Live<Configuration>

    package init(store: SessionStore, configuration: Live<Configuration>) {
        self.store = store
        self.configuration = configuration
    }

    package var keys: SessionKeyResolver { SessionKeyResolver(rules: RoutingRules(configuration.value)) }

    /// The session that a client means. Throws for keys that start with `agent:` and have fewer than three parts.
    package func session(_ text: String, method: String) throws(ClawError) -> SessionKey {
        if let key = keys.resolve(text) { return key }
        throw ClawError(.invalidRequest, "invalid \(method) params: malformed session key \"\(text.prefix(100))\"")
    }

    /// The session that a client wants to write to: as `session`, and throws for one of an agent that does not exist.
    package func knownSession(_ text: String, method: String) throws(ClawError) -> SessionKey {
        let session = try session(text, method: method)
        try keys.checkAgent(of: session, method: method)
        return session
    }

    package func agent(of session: SessionKey) -> AgentID {
        session.agent ?? configuration.value.agents.defaultID
    }

    /// The agent and the session that a client names, each nil when it does not. Throws for an agent that does not exist,
    /// whichever names it, and for a session of another agent than the one that is named.
    package func choice(
        agent name: String?, sessionKey: String?, method: String
    ) throws(ClawError) -> (agent: AgentID?, session: SessionKey?) {
        let agent = try name.map { text throws(ClawError) in
            if let agent = AgentID(normalizing: text), keys.agents.contains(agent) { return agent }
            throw SessionKeyResolver.unknownAgent(text, method: method)
        }
        guard let sessionKey else { return (agent, nil) }
        let session = try knownSession(sessionKey, method: method)
        if let owner = session.agent, let agent, owner != agent {
            throw ClawError(
                .invalidRequest,
                "invalid \(method) params: agent \"\(agent)\" does not match session key agent \"\(owner)\"")
        }
        return (agent, session)
    }

    /// Throws when the session must not be written to.
    package func checkSendPolicy(_ session: SessionKey) async throws {
        let record = try await store.record(session)
        if record?.entry["sendPolicy"]?.stringValue == "deny" {
            throw ClawError(.invalidRequest, "send blocked by session policy")
        }
    }
}
