import ClawCore
import ClawSupport

/// The rows of work: what is asked of them, in SQL.
enum WorkTable {
    private static let columns = """
        number, kind, dedupe_key, payload, session, run, sender, parent, attempts, attempted_at, claimed_epoch, created_at, \
        outcome, detail, told, outcome_at
        """

    static func id(_ number: Int64) -> WorkID { WorkID("w\(number)") }

    static func number(_ id: WorkID) -> Int64? {
        guard id.rawValue.first == "w", let number = Int64(id.rawValue.dropFirst()), number > 0 else { return nil }
        return number
    }

    private static func item(_ row: Row, epoch: Int64) -> WorkItem? {
        guard let kind = WorkKind(rawValue: row.text(1)) else { return nil }
        return WorkItem(
            id: id(row.integer(0)), kind: kind, dedupeKey: row.optionalText(2),
            payload: row.optionalBytes(3).flatMap(StoredJSON.value), session: row.optionalText(4).map(SessionKey.init),
            run: row.optionalText(5).map(RunID.init), sender: row.optionalText(6),
            parent: row.optionalInteger(7).map(id), attempts: Int(row.integer(8)),
            lastAttemptAt: row.optionalInteger(9), isClaimed: row.integer(10) == epoch, createdAt: row.integer(11),
            outcome: row.optionalText(12).flatMap {
                Outcome(name: $0, detail: row.optionalText(13), told: row.integer(14) != 0)
            },
            outcomeAt: row.optionalInteger(15),
            messageID: row.optionalText(12) == "delivered" ? row.optionalText(13) : nil)
    }

    /// Adds `work`, or finds the row that has its dedupe key.
    static func insert(
        _ work: NewWork, outcome: Outcome? = nil, in context: WriteContext
    ) throws -> (item: WorkItem, isNew: Bool) {
        let isRefused = if case .refused = outcome { true } else { false }
        let parent = try work.parent.map { id in
            guard let number = number(id) else { throw JournalError.unknownWork(id) }
            return number
        }
        let inserted = try context.database.first(
            """
            INSERT INTO work (kind, dedupe_key, payload, session, run, sender, parent, created_at, outcome, detail, outcome_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number
            """,
            [
                .text(work.kind.rawValue), .nullable(work.dedupeKey), isRefused ? .null : .text(work.payload.text),
                .nullable(work.session?.rawValue), .nullable(work.run?.rawValue), .nullable(work.sender),
                .nullable(parent), .integer(context.now), .nullable(outcome?.name), .nullable(outcome?.detail),
                outcome == nil ? .null : .integer(context.now),
            ]
        ) { $0.integer(0) }
        if let inserted {
            let item = WorkItem(
                id: id(inserted), kind: work.kind, dedupeKey: work.dedupeKey,
                payload: isRefused ? JSONValue?.none : work.payload,
                session: work.session, run: work.run, sender: work.sender, parent: work.parent, attempts: 0,
                isClaimed: false, createdAt: context.now, outcome: outcome,
                outcomeAt: outcome == nil ? nil : context.now)
            return (item, true)
        }
        let existing = try find(
            "dedupe_key = ?", [.nullable(work.dedupeKey)], in: context.database, epoch: context.epoch)
        guard let item = existing.first else { throw JournalError.unknownWork(WorkID(work.dedupeKey ?? "")) }
        return (item, false)
    }

    /// The rows that meet `condition`, oldest first.
    static func find(
        _ condition: String, _ values: [SQLValue], in database: Database, epoch: Int64
    ) throws(DatabaseError) -> [WorkItem] {
        try database.rows("SELECT \(columns) FROM work WHERE \(condition) ORDER BY number", values) {
            item($0, epoch: epoch)
        }
    }

    static let originCondition = "run = ? AND kind <> 'delivery'"
    static let keyCondition = "dedupe_key = ?"

    static func item(dedupeKey: String, in database: Database, epoch: Int64) throws(DatabaseError) -> WorkItem? {
        try find(keyCondition, [.text(dedupeKey)], in: database, epoch: epoch).first
    }

    /// What a run came from, without the deliveries of its answer; oldest first.
    static func origins(of run: RunID, in database: Database, epoch: Int64) throws(DatabaseError) -> [WorkItem] {
        try find(originCondition, [.text(run.rawValue)], in: database, epoch: epoch)
    }

    /// Writes the outcome, and the parent's when this was the last delivery that it waited for. The platform's id of a message
    /// is the detail of its delivery.
    static func finish(
        _ id: WorkID, _ outcome: Outcome, messageID: String? = nil, in context: WriteContext
    ) throws {
        guard let number = number(id) else { throw JournalError.unknownWork(id) }
        let told = if case .failed(_, true) = outcome { Int64(1) } else { Int64(0) }
        let detail = outcome == .delivered ? messageID : outcome.detail
        let written = try context.database.first(
            """
            UPDATE work SET outcome = ?, detail = ?, told = ?, outcome_at = ? WHERE number = ? AND outcome IS NULL
            RETURNING parent
            """,
            [
                .text(outcome.name), .nullable(detail), .integer(told), .integer(context.now), .integer(number),
            ]
        ) { Written(parent: $0.optionalInteger(0)) }
        guard let written else { throw try failure(toFinish: id, number, in: context) }
        if let parent = written.parent { try settleWhenDone(parent, in: context) }
    }

    private struct Written { let parent: Int64? }

    private static func failure(toFinish id: WorkID, _ number: Int64, in context: WriteContext) throws -> JournalError {
        let row = try find("number = ?", [.integer(number)], in: context.database, epoch: context.epoch).first
        return row?.outcome.map { .alreadyFinished(id, $0) } ?? .unknownWork(id)
    }

    /// From now on the outcome of `id` follows from its deliveries; writes it when they have all ended.
    static func settle(_ id: WorkID, in context: WriteContext) throws {
        guard let number = number(id) else { throw JournalError.unknownWork(id) }
        let marked = try context.database.run(
            "UPDATE work SET settling = 1 WHERE number = ? AND outcome IS NULL", [.integer(number)])
        if marked == 0 { throw try failure(toFinish: id, number, in: context) }
        try settleWhenDone(number, in: context)
    }

    private static func settleWhenDone(_ number: Int64, in context: WriteContext) throws {
        let waits = try context.database.first(
            "SELECT settling FROM work WHERE number = ? AND outcome IS NULL", [.integer(number)]
        ) { $0.integer(0) != 0 }
        guard waits == true else { return }
        let deliveries = try context.database.rows(
            "SELECT outcome, detail FROM work WHERE parent = ? ORDER BY number", [.integer(number)]
        ) { (outcome: $0.optionalText(0), detail: $0.optionalText(1)) }
        if deliveries.contains(where: { $0.outcome == nil }) { return }
        let failed = deliveries.filter { ["failed", "dead", "refused"].contains($0.outcome) }
        guard let first = failed.first else { return try finish(id(number), .delivered, in: context) }
        let reason = "\(failed.count) of \(deliveries.count) deliveries failed: \(first.detail ?? "no reason")"
        try finish(id(number), .failed(reason: reason, told: false), in: context)
    }

    /// Takes the item for this process; false when it has ended or this process has it already.
    static func claim(_ id: WorkID, in context: WriteContext) throws -> Bool {
        guard let number = number(id) else { throw JournalError.unknownWork(id) }
        let changed = try context.database.run(
            "UPDATE work SET claimed_epoch = ? WHERE number = ? AND outcome IS NULL AND claimed_epoch < ?",
            [.integer(context.epoch), .integer(number), .integer(context.epoch)])
        if changed > 0 { return true }
        let exists = try context.database.first("SELECT 1 FROM work WHERE number = ?", [.integer(number)]) { _ in true }
        if exists == nil { throw JournalError.unknownWork(id) }
        return false
    }

    static func recordAttempt(_ id: WorkID, in context: WriteContext) throws {
        guard let number = number(id) else { throw JournalError.unknownWork(id) }
        let changed = try context.database.run(
            "UPDATE work SET attempts = attempts + 1, attempted_at = ? WHERE number = ? AND outcome IS NULL",
            [.integer(context.now), .integer(number)])
        if changed == 0 { throw try failure(toFinish: id, number, in: context) }
    }
}

/// JSON in columns. What cannot be read stands for nothing: the store wrote it, so only a damaged file holds such text.
enum StoredJSON {
    static func value(_ bytes: [UInt8]) -> JSONValue? {
        // See above.
        try? JSONParser.parse(bytes, mode: .lenient)
    }

    static func object(_ bytes: [UInt8]) -> JSONObject { value(bytes)?.objectValue ?? [:] }
}
