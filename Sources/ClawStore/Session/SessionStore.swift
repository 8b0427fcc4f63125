package import ClawCore
package import ClawSupport

/// Sessions by key: their entries, which are rows of the journal, and their transcripts, which are files. `sessions.json` of
/// each agent is a projection of the rows for other programs; what those write into it is merged.
package final class SessionStore: Sendable {
    let journal: Journal
    /// How long the content of finished work is kept.
    let retention: Duration
    let index: SessionIndex
    private var directory: StateDirectory { journal.directory }

    package init(journal: Journal, retention: Duration = .seconds(7 * 86_400)) {
        self.journal = journal
        self.retention = retention
        index = SessionIndex(journal: journal)
    }

    /// The session of `key`; nil when there is none.
    package func record(_ key: SessionKey) async throws -> SessionRecord? {
        try await index.load()
        return try await journal.reader.read { try SessionTable.find(key, in: $0) }
    }

    /// The session of `key`, created when it is missing.
    package func open(_ key: SessionKey, agent: AgentID) async throws -> SessionRecord {
        if let record = try await record(key), !record.sessionID.isEmpty { return record }
        let sessionID = journal.entropy.uuid()
        return try await journal.writer.write { context in
            let found = try SessionTable.find(key, in: context.database)
            if let found, !found.sessionID.isEmpty { return found }
            var entry = found?.entry ?? [:]
            entry["sessionId"] = .string(sessionID)
            SessionEntry.touch(&entry, before: found?.updatedAt ?? 0, now: context.now)
            return try SessionTable.save(key, agent: found?.agent ?? agent, entry: entry, in: context)
        }
    }

    /// All sessions, or those of one agent, newest first.
    package func list(agent: AgentID?) async throws -> [SessionRecord] {
        try await index.load()
        return try await journal.reader.read { try SessionTable.list(agent: agent, in: $0) }
    }

    /// Changes the entry of a session. `updatedAt` becomes the newest of before, changed entry and now; without now when
    /// `preservingActivity`. The session id stays. Throws `JournalError.unknownSession`.
    package func patch(
        _ key: SessionKey, preservingActivity: Bool = false,
        _ change: @escaping @Sendable (inout JSONObject) throws -> Void
    ) async throws -> SessionRecord {
        try await index.load()
        return try await journal.writer.write { context in
            guard let record = try SessionTable.find(key, in: context.database) else {
                throw JournalError.unknownSession(key)
            }
            var entry = record.entry
            try change(&entry)
            if !record.sessionID.isEmpty { entry["sessionId"] = .string(record.sessionID) }
            SessionEntry.touch(&entry, before: record.updatedAt, now: preservingActivity ? nil : context.now)
            return try SessionTable.save(key, agent: record.agent, entry: entry, in: context)
        }
    }

    /// Gives the session a new id and archives its transcript as `<file>.reset.<stamp>`. Throws
    /// `JournalError.unknownSession`.
    package func reset(_ key: SessionKey, reason: SessionResetReason) async throws -> SessionRecord {
        try await index.load()
        let sessionID = journal.entropy.uuid()
        return try await journal.writer.write { context in
            guard let record = try SessionTable.find(key, in: context.database) else {
                throw JournalError.unknownSession(key)
            }
            _ = try SessionStore.archive(record, label: "reset", in: context)
            var entry = record.entry
            SessionEntry.reset(&entry, sessionID: sessionID, reason: reason)
            SessionEntry.touch(&entry, before: record.updatedAt, now: context.now)
            return try SessionTable.save(key, agent: record.agent, entry: entry, in: context)
        }
    }

    /// Removes a session with the content of its work items. Its transcript is archived as `<file>.deleted.<stamp>` or left
    /// where it is. One that was used after `moment` (milliseconds since 1970) stays. Returns whether it was removed, and the
    /// paths of the archives.
    package func delete(
        _ key: SessionKey, archiveTranscript: Bool, unlessUpdatedAfter moment: Int64? = nil
    ) async throws -> (deleted: Bool, archived: [String]) {
        try await index.load()
        return try await journal.writer.write { context in
            guard let record = try SessionTable.find(key, in: context.database) else { return (false, []) }
            if let moment, record.updatedAt > moment { return (false, []) }
            let archive = archiveTranscript ? try SessionStore.archive(record, label: "deleted", in: context) : nil
            try SessionTable.delete(record, in: context)
            try WorkTable.erasePayloads(of: key, in: context)
            return (true, archive.map { ["\(context.directory.root)/\($0)"] } ?? [])
        }
    }

    /// Renames the transcript of `record` when the transaction is durable; nil when there is no file and no waiting line.
    private static func archive(
        _ record: SessionRecord, label: String, in context: WriteContext
    ) throws -> String? {
        if record.sessionID.isEmpty { return nil }
        let file = try SessionTable.transcript(of: record, in: context.directory)
        let path = "\(context.directory.root)/\(file)"
        guard try FileStamp.of(path) != nil || context.appender.leaf(of: file) != nil else { return nil }
        let stamp = ISOTimestamp.fileStamp(milliseconds: context.now)
        let target = "\(file).\(label).\(stamp)"
        let free = FileNames.freeName("\(context.directory.root)/\(target)")
        let relative = String(free.dropFirst(context.directory.root.count + 1))
        try context.appender.move(file, to: relative)
        return relative
    }

    /// The last messages on the way to the leaf, at most `limit` (a compaction's summary not counted), with the leaf's id.
    package func window(_ record: SessionRecord, limit: Int) async throws -> TranscriptWindow {
        if record.sessionID.isEmpty { return TranscriptWindow() }
        let file = try SessionTable.transcript(of: record, in: directory)
        let path = "\(directory.root)/\(file)"
        try await journal.completeTranscript(file)
        if let stamp = FileStamp.of(path), let window = journal.windows.window(file, limit: limit, stamp: stamp) {
            return window
        }
        let windows = journal.windows
        return try await journal.reader.read { _ in
            var builder = WindowBuilder(limit: limit)
            var reader = TranscriptReader(path: path)
            let stamp = try reader.walk { builder.take($0) }
            let window = builder.finish()
            if let stamp { windows.store(window, of: file, limit: limit, stamp: stamp, cost: reader.byteCount) }
            return window
        }
    }

    /// The last entries on the way to the leaf as the file holds them, oldest first, until `limit` of them are messages or
    /// compactions, and at most about `maximumBytes`.
    package func history(
        _ record: SessionRecord, limit: Int, maximumBytes: Int = 8 << 20
    ) async throws -> [JSONObject] {
        if record.sessionID.isEmpty || limit <= 0 { return [] }
        let file = try SessionTable.transcript(of: record, in: directory)
        let path = "\(directory.root)/\(file)"
        try await journal.completeTranscript(file)
        return try await journal.reader.read { _ in
            var newestFirst: [JSONObject] = []
            var shown = 0
            var reader = TranscriptReader(path: path)
            _ = try reader.walk(maximumBytes: maximumBytes) { entry in
                newestFirst.append(entry)
                if ["message", "compaction"].contains(entry["type"]?.stringValue) { shown += 1 }
                return shown < limit ? .goOn : .stop
            }
            return newestFirst.reversed()
        }
    }

    /// Records entries outside a turn, such as an injected message; ids and times are given, parents are found.
    @discardableResult
    package func append(_ entries: [TranscriptEntry], to record: SessionRecord) async throws -> CommitReceipt {
        try await journal.commit(
            TurnCommit(session: record.key, sessionID: record.sessionID, entries: entries, sessionPatch: [:]))
    }

    /// The absolute path of a session's transcript, whether or not there is a file.
    package func transcriptPath(_ record: SessionRecord) throws -> String {
        "\(directory.root)/\(try SessionTable.transcript(of: record, in: directory))"
    }

    /// Merges session indexes that someone else changed and writes those that are behind.
    package func flush() async throws { try await index.synchronize() }
}
