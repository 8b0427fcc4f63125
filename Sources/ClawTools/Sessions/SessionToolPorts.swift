package import ClawCore
package import ClawStore
package import ClawSupport

/// What the session tools need from the rest of the process.
package struct SessionToolPorts: Sendable {
    package var sessions: SessionStore
    package var time: any TimeSource
    /// The clock of an agent's person.
    package var clock: @Sendable (AgentID) -> ZonedClock
    /// The model an agent uses when nobody chose another.
    package var defaultModel: @Sendable (AgentID) -> ModelReference
    /// The model that a word stands for: a reference, an alias. Nil when the agent may not use such a model.
    package var resolveModel: @Sendable (String, AgentID) -> ModelReference?

    package init(
        sessions: SessionStore, time: any TimeSource, clock: @escaping @Sendable (AgentID) -> ZonedClock,
        defaultModel: @escaping @Sendable (AgentID) -> ModelReference,
        resolveModel: @escaping @Sendable (String, AgentID) -> ModelReference?
    ) {
        self.sessions = sessions
        self.time = time
        self.clock = clock
        self.defaultModel = defaultModel
        self.resolveModel = resolveModel
    }
}

/// Which sessions an agent's session may see: itself and those that it started, and that these started.
enum SessionTree {
    static func visible(_ records: [SessionRecord], from root: SessionKey) -> [SessionRecord] {
        var known: Set<String> = [root.rawValue]
        var grew = true
        while grew {
            grew = false
            for record in records where !known.contains(record.key.rawValue) {
                guard let parent = record.entry["spawnedBy"]?.stringValue, known.contains(parent) else { continue }
                known.insert(record.key.rawValue)
                grew = true
            }
        }
        return records.filter { known.contains($0.key.rawValue) }
    }

    /// The record that `name` (a key, or a session id) means, among the visible ones.
    static func find(_ name: String, in records: [SessionRecord], from root: SessionKey) -> SessionRecord? {
        let name = name.lowercased()
        return visible(records, from: root).first {
            $0.key.rawValue == name || $0.sessionID == name || $0.key.rest == name && $0.key.agent == root.agent
        }
    }
}
