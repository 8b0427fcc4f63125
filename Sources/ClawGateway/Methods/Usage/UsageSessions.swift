import ClawCore
package import ClawStore
import ClawSupport

/// Finds the transcripts that reports of usage are about: of sessions in the index, and of those that are not in it.
package struct UsageSessions: Sendable {
    struct Found: Sendable {
        var key: String
        var agent: AgentID
        var sessionID: String
        var path: String
        /// Nil for a transcript whose session is not in the index.
        var record: SessionRecord?
    }

    let sessions: SessionStore
    let usage: UsageReader
    private let keys: @Sendable () -> SessionKeyResolver

    package init(
        sessions: SessionStore, usage: UsageReader, keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.sessions = sessions
        self.usage = usage
        self.keys = keys
    }

    /// All of them; those in the index first. A transcript that was reset or deleted stands by itself.
    func all() async throws -> [Found] {
        var found: [Found] = []
        var seen: Set<String> = []
        for record in try await sessions.list(agent: nil) where !record.sessionID.isEmpty {
            let path = try sessions.transcriptPath(record)
            seen.insert(path)
            found.append(
                Found(
                    key: record.key.rawValue, agent: record.agent, sessionID: record.sessionID, path: path,
                    record: record))
        }
        for file in try await usage.files() where !seen.contains(file.path) {
            found.append(
                Found(
                    key: "agent:\(file.agent):\(file.sessionID)", agent: file.agent, sessionID: file.sessionID,
                    path: file.path))
        }
        return found
    }

    /// The session that a key, or `agent:<agent>:<session id>`, names; nil for what can be no session's name at all.
    func find(_ text: String) async throws -> Found? {
        guard let key = keys().resolve(text) else { return nil }
        if let record = try await sessions.record(key), !record.sessionID.isEmpty {
            return Found(
                key: key.rawValue, agent: record.agent, sessionID: record.sessionID,
                path: try sessions.transcriptPath(record), record: record)
        }
        guard let agent = key.agent, SessionID.isValid(key.rest) else { return nil }
        let path = try sessions.transcriptPath(
            SessionRecord(key: key, agent: agent, sessionID: key.rest, updatedAt: 0, entry: [:]))
        return Found(key: key.rawValue, agent: agent, sessionID: key.rest, path: path)
    }
}
