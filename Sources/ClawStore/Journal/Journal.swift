package import ClawCore
import ClawSupport
import Logging

/// The durable record of everything that was accepted: work items with exactly one outcome each, tool calls, sessions and
/// the entries of transcripts. What a method of this class has done when it returns survives a crash.
///
/// One thread writes, in groups that share one fsync; another reads. Requests that fail change nothing and leave the others
/// of their group alone.
package final class Journal: Sendable {
    package let directory: StateDirectory
    let writer: JournalWriter
    let reader: JournalReader
    let windows: WindowCache
    let backlog: StoreBacklog
    let report: StoreReporter
    let fault: FaultPoint
    let time: any TimeSource
    let entropy: any Entropy
    /// This process's number among the owners of this journal.
    package let epoch: Int64

    init(parts: JournalParts) {
        directory = parts.directory
        writer = parts.writer
        reader = parts.reader
        windows = parts.windows
        backlog = parts.backlog
        report = parts.report
        fault = parts.fault
        time = parts.time
        entropy = parts.entropy
        epoch = parts.epoch
    }

    /// Records `work` unless its dedupe key is known; then `item` is the earlier one.
    package func admit(_ work: NewWork) async throws -> (item: WorkItem, isNew: Bool) {
        try await writer.write { try WorkTable.insert(work, in: $0) }
    }

    /// Writes the outcome of an item, which is final, and that of the item it was a delivery of when it was the last one.
    /// Throws `JournalError.alreadyFinished`.
    /// - Parameter messageID: The platform's id of a message that was delivered.
    package func finish(_ id: WorkID, _ outcome: Outcome, messageID: String? = nil) async throws {
        try await writer.write { try WorkTable.finish(id, outcome, messageID: messageID, in: $0) }
    }

    /// From now on the outcome of `parent` follows from its deliveries: delivered when all are, failed when one failed. It is
    /// written at once when none is open.
    package func settle(parent: WorkID) async throws {
        try await writer.write { try WorkTable.settle(parent, in: $0) }
    }

    /// Records that `work` was not taken, without its payload. The newest 20 of a sender are kept, older ones counted.
    package func refuse(_ work: NewWork, reason: String) async throws -> WorkID {
        try await writer.write { try WorkTable.refuse(work, reason: reason, in: $0) }
    }

    /// How many refusals of a sender are kept as rows, and how many were dropped and only counted.
    package func refusals(sender: String) async throws -> (kept: Int, dropped: Int) {
        try await reader.read { database in
            let kept = try database.first(
                "SELECT COUNT(*) FROM work WHERE outcome = 'refused' AND sender = ?", [.text(sender)]
            ) { Int($0.integer(0)) }
            let dropped = try database.first(
                "SELECT dropped FROM refusal_count WHERE sender = ?", [.text(sender)]
            ) { Int($0.integer(0)) }
            return (kept ?? 0, dropped ?? 0)
        }
    }

    /// Takes an unfinished item for this process; false when it has ended or was taken by this process before.
    package func claim(_ id: WorkID) async throws -> Bool {
        try await writer.write { try WorkTable.claim(id, in: $0) }
    }

    /// Records that sending a delivery begins, before it begins.
    package func recordAttempt(delivery id: WorkID) async throws {
        try await writer.write { try WorkTable.recordAttempt(id, in: $0) }
    }

    /// Everything of a kind that has no outcome, oldest first.
    package func unfinished(_ kind: WorkKind) async throws -> [WorkItem] {
        let epoch = epoch
        return try await reader.read { database in
            try WorkTable.find("kind = ? AND outcome IS NULL", [.text(kind.rawValue)], in: database, epoch: epoch)
        }
    }

    /// The item with this id; nil when there is none.
    package func item(_ id: WorkID) async throws -> WorkItem? {
        guard let number = WorkTable.number(id) else { return nil }
        let epoch = epoch
        return try await reader.read { database in
            try WorkTable.find("number = ?", [.integer(number)], in: database, epoch: epoch).first
        }
    }

    /// The item with this dedupe key; nil when there is none.
    package func item(dedupeKey: String) async throws -> WorkItem? {
        let epoch = epoch
        return try await reader.read { try WorkTable.item(dedupeKey: dedupeKey, in: $0, epoch: epoch) }
    }

    /// What a run came from, without the deliveries of its answer; oldest first.
    package func origins(of run: RunID) async throws -> [WorkItem] {
        let epoch = epoch
        return try await reader.read { try WorkTable.origins(of: run, in: $0, epoch: epoch) }
    }

    /// The items that a work id, run id, dedupe key or message id (the end of a dedupe key) names, each followed by its
    /// deliveries; empty when nothing is known. Meant for people: for a name that nothing has it reads the whole journal.
    package func why(_ idOrRun: String) async throws -> [WorkItem] {
        let epoch = epoch
        return try await reader.read { try WorkTable.why(idOrRun, in: $0, epoch: epoch) }
    }

    /// The tool calls of a run in the order in which they started.
    package func toolCalls(run: RunID) async throws -> [RecordedToolCall] {
        try await reader.read { try ToolCallTable.calls(of: run, in: $0) }
    }

    /// Records one step of a turn as a whole: entries, session patch, deliveries, outcomes and tool calls. When it returns
    /// the step is durable, and the transcript's file has the entries.
    @discardableResult
    package func commit(_ commit: TurnCommit) async throws -> CommitReceipt {
        try await writer.write { try commit.record(in: $0) }
    }

    /// Erases the content of items that ended before `retention`, and forgets items altogether that ended before `forget`.
    /// Works in small transactions. Returns how many payloads were erased.
    @discardableResult
    package func eraseExpired(
        retention: Duration = .seconds(7 * 86_400), forget: Duration = .seconds(90 * 86_400)
    ) async throws -> Int {
        let now = time.nowMilliseconds
        let erasure = now - retention.components.seconds * 1000
        let oblivion = now - forget.components.seconds * 1000
        let step = 200
        var erased = 0
        while true {
            let count = try await writer.write {
                try WorkTable.erasePayloads(endedBefore: erasure, limit: step, in: $0)
            }
            erased += count
            if count < step { break }
        }
        try await writer.write { try ToolCallTable.erase(startedBefore: erasure, in: $0) }
        while try await writer.write({ try WorkTable.forget(endedBefore: oblivion, limit: step, in: $0) }) == step {}
        return erased
    }

    /// Syncs transcripts, then refuses everything. The files stay readable by a later process.
    package func close() async {
        do {
            try await checkpointTranscripts()
        } catch {
            report(
                StoreIssue(
                    kind: .unavailable, path: directory.journalPath,
                    message: "\(error) Transcripts are completed from the journal at the next start."))
        }
        await writer.close()
    }
}
