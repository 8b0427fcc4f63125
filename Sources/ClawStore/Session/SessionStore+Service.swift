import ClawSupport

/// The work that the store does by itself.
extension SessionStore {
    /// How long the loop sleeps between looks; session indexes are written at most that often.
    private static let interval = Duration.seconds(1)
    /// Every so many looks: whether someone else changed an index; transcripts are synced; expired content is erased.
    private static let mergeEvery = 5
    private static let checkpointEvery = 30
    private static let eraseEvery = 3600
    /// So many lines in the journal are synced to their files without waiting for the next turn.
    private static let waitingLinesLimit = 8192

    /// Keeps session indexes and transcript files up to date until the task is cancelled, then writes what is left. A failure
    /// is reported and tried again.
    package func run() async throws {
        var round = 0
        while !Task.isCancelled {
            do {
                try await journal.time.sleep(for: Self.interval)
            } catch {
                break
            }
            round += 1
            await attempt(journal.directory.agentsFolder) {
                if round.isMultiple(of: Self.mergeEvery) { try await self.index.mergeAll() }
                try await self.index.synchronizeWhenDue()
            }
            let waiting = journal.backlog.waitingLines
            if waiting >= Self.waitingLinesLimit || waiting > 0 && round.isMultiple(of: Self.checkpointEvery) {
                await attempt(journal.directory.agentsFolder) { try await self.journal.checkpointTranscripts() }
            }
            if round % Self.eraseEvery == 1 {
                await attempt(journal.directory.journalPath) {
                    try await self.journal.eraseExpired(retention: self.retention)
                }
            }
        }
        await attempt(journal.directory.agentsFolder) {
            try await self.flush()
            try await self.journal.checkpointTranscripts()
        }
    }

    private func attempt(_ path: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch JournalError.closed {
            // Shutting down: what is left is written at the next start.
        } catch {
            journal.report(StoreIssue(kind: .unavailable, path: path, message: "\(error) It is tried again."))
        }
    }
}
