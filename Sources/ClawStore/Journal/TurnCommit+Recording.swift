import ClawCore
import ClawSupport

extension TurnCommit {
    /// Writes everything of this commit into the open transaction.
    func record(in context: WriteContext) throws -> CommitReceipt {
        var receipt = CommitReceipt(entries: [], deliveries: [], leafID: nil)
        if isOnce, let known = try knownDeliveries(in: context) {
            receipt.deliveries = known
            return receipt
        }
        if !entries.isEmpty || !sessionPatch.isEmpty { try recordSession(in: context, &receipt) }
        for call in toolStarts { try ToolCallTable.start(call, session: session, in: context) }
        for call in toolResults { try ToolCallTable.finish(call, in: context) }
        for var delivery in deliveries {
            if isOnce, let first = receipt.deliveries.first { delivery.parent = first.id }
            receipt.deliveries.append(try WorkTable.insert(delivery, in: context).item)
        }
        for (work, outcome) in outcomes { try WorkTable.finish(work, outcome, in: context) }
        for work in settles { try WorkTable.settle(work, in: context) }
        return receipt
    }

    /// The rows of the commit that was done before with the same key; nil when there was none.
    private func knownDeliveries(in context: WriteContext) throws -> [WorkItem]? {
        guard let key = deliveries.first?.dedupeKey else { return nil }
        func find(_ condition: String, _ value: SQLValue) throws -> [WorkItem] {
            try WorkTable.find(condition, [value], in: context.database, epoch: context.epoch)
        }
        guard let first = try find("dedupe_key = ?", .text(key)).first, let number = WorkTable.number(first.id) else {
            return nil
        }
        return [first] + (try find("parent = ?", .integer(number)))
    }

    private func recordSession(in context: WriteContext, _ receipt: inout CommitReceipt) throws {
        guard let record = try SessionTable.find(session, in: context.database) else {
            throw JournalError.unknownSession(session)
        }
        if record.sessionID != sessionID {
            throw JournalError.sessionReplaced(session, current: record.sessionID)
        }
        if !entries.isEmpty {
            let file = try SessionTable.transcript(of: record, in: context.directory)
            receipt.entries = try context.appender.stage(
                entries, to: file, sessionID: sessionID,
                workingDirectory: workingDirectory ?? context.directory.workspace(for: record.agent), now: context.now)
            receipt.leafID = receipt.entries.last?.id
        }
        if !sessionPatch.isEmpty {
            var entry = record.entry
            SessionEntry.apply(sessionPatch, to: &entry)
            entry["sessionId"] = .string(sessionID)
            SessionEntry.touch(&entry, before: record.updatedAt, now: context.now)
            try SessionTable.save(session, agent: record.agent, entry: entry, in: context)
        }
    }
}
