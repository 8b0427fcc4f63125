import ClawCore
import ClawSupport

/// What the journal keeps, and for how long.
extension WorkTable {
    /// Kept for each sender; the newest stay, older ones are counted.
    static let refusalsPerSender = 20
    /// Kept over all senders, so that an army of names cannot fill the disk.
    static let refusalsInAll = 5000

    /// Records that `work` was not taken, without its content.
    static func refuse(_ work: NewWork, reason: String, in context: WriteContext) throws -> WorkID {
        let (item, isNew) = try insert(work, outcome: .refused(reason: reason), in: context)
        guard isNew else { return item.id }
        let sender = SQLValue.nullable(work.sender)
        let dropped = try context.database.run(
            """
            DELETE FROM work WHERE outcome = 'refused' AND sender IS ?1 AND number <= (
                SELECT number FROM work WHERE outcome = 'refused' AND sender IS ?1
                ORDER BY number DESC LIMIT 1 OFFSET \(refusalsPerSender))
            """, [sender])
        if dropped > 0 {
            try context.database.run(
                """
                INSERT INTO refusal_count (sender, dropped, last_at) VALUES (?1, ?2, ?3)
                ON CONFLICT (sender) DO UPDATE SET dropped = dropped + ?2, last_at = ?3
                """, [.text(work.sender ?? ""), .integer(Int64(dropped)), .integer(context.now)])
        }
        context.refusalsSinceTrim += 1
        if context.refusalsSinceTrim >= refusalsInAll / 10 { try trimRefusals(in: context) }
        return item.id
    }

    private static func trimRefusals(in context: WriteContext) throws {
        context.refusalsSinceTrim = 0
        try context.database.run(
            """
            DELETE FROM work WHERE outcome = 'refused' AND number <= (
                SELECT number FROM work WHERE outcome = 'refused' ORDER BY number DESC LIMIT 1 OFFSET \(refusalsInAll))
            """)
        try context.database.run(
            """
            DELETE FROM refusal_count WHERE last_at < (
                SELECT last_at FROM refusal_count ORDER BY last_at DESC LIMIT 1 OFFSET \(refusalsInAll))
            """)
    }

    /// Erases the content of at most `limit` items that ended before `cutoff`; returns how many there were.
    static func erasePayloads(endedBefore cutoff: Int64, limit: Int, in context: WriteContext) throws -> Int {
        try context.database.run(
            """
            UPDATE work SET payload = NULL WHERE number IN (
                SELECT number FROM work WHERE payload IS NOT NULL AND outcome_at < ? LIMIT \(limit))
            """, [.integer(cutoff)])
    }

    /// Erases what is stored of a session: the content of its items and its tool calls.
    static func erasePayloads(of session: SessionKey, in context: WriteContext) throws {
        try context.database.run(
            "UPDATE work SET payload = NULL WHERE session = ? AND payload IS NOT NULL AND outcome IS NOT NULL",
            [.text(session.rawValue)])
        try context.database.run("DELETE FROM tool_call WHERE session = ?", [.text(session.rawValue)])
    }

    /// Forgets at most `limit` items that ended before `cutoff` altogether, but never the newest row, whose number would be
    /// given again. Returns how many there were.
    static func forget(endedBefore cutoff: Int64, limit: Int, in context: WriteContext) throws -> Int {
        try context.database.run(
            "DELETE FROM refusal_count WHERE last_at < ?", [.integer(cutoff)])
        return try context.database.run(
            """
            DELETE FROM work WHERE number IN (
                SELECT number FROM work WHERE outcome_at < ? AND number < (SELECT MAX(number) FROM work) LIMIT \(limit))
            """, [.integer(cutoff)])
    }
}

/// The rows of tool calls.
enum ToolCallTable {
    static func start(_ call: ToolCallStart, session: SessionKey, in context: WriteContext) throws {
        let added = try context.database.run(
            """
            INSERT INTO tool_call (run, call_id, position, session, name, arguments, started_at)
            VALUES (?1, ?2, (SELECT COUNT(*) FROM tool_call WHERE run = ?1), ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING
            """,
            [
                .text(call.run.rawValue), .text(call.callID), .text(session.rawValue), .text(call.name),
                .text(JSONValue.object(call.arguments).text), .integer(context.now),
            ])
        if added == 0 { throw JournalError.toolCallAlreadyStarted(run: call.run, callID: call.callID) }
    }

    static func finish(_ call: ToolCallFinish, in context: WriteContext) throws {
        let changed = try context.database.run(
            "UPDATE tool_call SET finished_at = ?, result = ?, is_error = ? WHERE run = ? AND call_id = ?",
            [
                .integer(context.now), .text(call.result.text), .integer(call.isError ? 1 : 0),
                .text(call.run.rawValue),
                .text(call.callID),
            ])
        if changed == 0 { throw JournalError.unknownToolCall(run: call.run, callID: call.callID) }
    }

    static func calls(of run: RunID, in database: Database) throws(DatabaseError) -> [RecordedToolCall] {
        try database.rows(
            """
            SELECT call_id, name, arguments, started_at, finished_at, result, is_error FROM tool_call WHERE run = ?
            ORDER BY position
            """, [.text(run.rawValue)]
        ) { row in
            RecordedToolCall(
                callID: row.text(0), name: row.text(1), arguments: StoredJSON.object(row.bytes(2)),
                startedAt: row.integer(3), finishedAt: row.optionalInteger(4),
                result: row.optionalBytes(5).flatMap(StoredJSON.value), isError: row.integer(6) != 0)
        }
    }

    static func erase(startedBefore cutoff: Int64, in context: WriteContext) throws {
        try context.database.run("DELETE FROM tool_call WHERE started_at < ?", [.integer(cutoff)])
    }
}
