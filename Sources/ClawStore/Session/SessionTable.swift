import ClawCore
import ClawSupport

/// The rows of sessions.
enum SessionTable {
    private static let columns = "key, agent, session_id, updated_at, entry"

    private static func record(_ row: Row) -> SessionRecord? {
        guard let agent = AgentID(normalizing: row.text(1)) else { return nil }
        return SessionRecord(
            key: SessionKey(canonical: row.text(0)), agent: agent, sessionID: row.text(2), updatedAt: row.integer(3),
            entry: StoredJSON.object(row.bytes(4)))
    }

    static func find(_ key: SessionKey, in database: Database) throws(DatabaseError) -> SessionRecord? {
        try database.first("SELECT \(columns) FROM session WHERE key = ?", [.text(key.rawValue)], record)
    }

    /// Newest first.
    static func list(agent: AgentID?, in database: Database) throws(DatabaseError) -> [SessionRecord] {
        guard let agent else {
            return try database.rows("SELECT \(columns) FROM session ORDER BY updated_at DESC, key", [], record)
        }
        return try database.rows(
            "SELECT \(columns) FROM session WHERE agent = ? ORDER BY updated_at DESC, key", [.text(agent.rawValue)],
            record)
    }

    /// Writes the entry of `record`; its `sessionId` and `updatedAt` members decide.
    @discardableResult
    static func save(
        _ key: SessionKey, agent: AgentID, entry: JSONObject, in context: WriteContext
    ) throws -> SessionRecord {
        let sessionID = entry["sessionId"]?.stringValue.flatMap { SessionID.isValid($0) ? $0 : nil } ?? ""
        let updatedAt = Int64(entry["updatedAt"]?.quantityValue ?? 0)
        try context.database.run(
            """
            INSERT INTO session (key, agent, session_id, updated_at, version, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (key) DO UPDATE SET session_id = ?3, updated_at = ?4, version = ?5, entry = ?6
            """,
            [
                .text(key.rawValue), .text(agent.rawValue), .text(sessionID), .integer(updatedAt),
                .integer(context.nextSessionVersion(of: agent)), .text(JSONValue.object(entry).text),
            ])
        return SessionRecord(key: key, agent: agent, sessionID: sessionID, updatedAt: updatedAt, entry: entry)
    }

    static func delete(_ record: SessionRecord, in context: WriteContext) throws {
        try context.database.run("DELETE FROM session WHERE key = ?", [.text(record.key.rawValue)])
        _ = context.nextSessionVersion(of: record.agent)
    }

    /// The transcript of a record, relative to the state directory. A `sessionFile` counts only inside the agent's sessions
    /// folder and with a name that could be a session's; throws when there is no valid name at all.
    static func transcript(of record: SessionRecord, in directory: StateDirectory) throws -> String {
        let folder = "agents/\(record.agent)/sessions"
        if let file = record.entry["sessionFile"]?.stringValue {
            let absolute = "\(directory.root)/\(folder)/"
            let name = file.hasPrefix(absolute) ? String(file.dropFirst(absolute.count)) : file
            if SessionID.isValid(name), name.hasSuffix(".jsonl") { return "\(folder)/\(name)" }
        }
        guard SessionID.isValid(record.sessionID) else { throw JournalError.invalidSessionID(record.sessionID) }
        return "\(folder)/\(record.sessionID).jsonl"
    }
}
