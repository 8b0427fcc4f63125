import ClawCore
import ClawSupport
import Synchronization

/// Keeps `sessions.json` of every agent and the rows of sessions in step.
final class SessionIndex: Sendable {
    private struct State: Sendable {
        var isLoaded = false
        /// Monotonic nanoseconds.
        var nextProjection: UInt64 = 0
    }

    private let journal: Journal
    private let state = Mutex(State())

    init(journal: Journal) { self.journal = journal }

    private func path(_ agent: AgentID) -> String { journal.directory.sessionIndexPath(agent) }

    /// Merges, once, what the indexes hold that the rows do not.
    func load() async throws {
        if state.withLock({ $0.isLoaded }) { return }
        try await mergeAll()
        state.withLock { $0.isLoaded = true }
    }

    /// Looks whether someone else changed an index, and merges what it holds.
    func mergeAll() async throws {
        for agent in await IndexFiles.shared.agents(of: journal.directory) { try await merge(agent) }
    }

    /// Merges changed indexes and writes those that are behind.
    func synchronize() async throws {
        try await mergeAll()
        state.withLock { $0.isLoaded = true }
        for agent in journal.backlog.takeChangedIndexes() {
            do {
                try await project(agent)
            } catch {
                journal.backlog.markIndexChanged(agent)
                throw error
            }
        }
    }

    /// Writes what is behind, but rests after a long write, so that a large index never takes more than a twentieth of the
    /// time.
    func synchronizeWhenDue() async throws {
        let start = journal.time.monotonicNanoseconds
        guard journal.backlog.hasChangedIndexes, state.withLock({ start >= $0.nextProjection }) else { return }
        try await synchronize()
        let end = journal.time.monotonicNanoseconds
        state.withLock { $0.nextProjection = end + (end - start) * 20 }
    }

    private func merge(_ agent: AgentID) async throws {
        let path = path(agent)
        let known = try await journal.reader.read { try Projection.find(agent, in: $0) }
        let stamp = FileStamp.of(path)
        if stamp == known?.stamp { return }
        if stamp == nil {
            // The rows are the truth; a missing index is written again.
            journal.backlog.markIndexChanged(agent)
            return
        }
        let now = journal.time.nowMilliseconds
        let (read, entries) = try await IndexFiles.shared.load(path, report: journal.report, now: now)
        guard let read, FileStamp.of(path) == read else {
            journal.backlog.markIndexChanged(agent)
            return
        }
        let merge = IndexMerge(agent: agent, entries: entries, known: known)
        let isComplete = try await journal.writer.write { context in
            let isComplete = try merge.apply(in: context)
            try Projection(version: known?.version ?? 0, stamp: read).save(agent, in: context)
            return isComplete
        }
        if !isComplete { try await IndexFiles.shared.keepCopy(path, now: now) }
    }

    private func project(_ agent: AgentID) async throws {
        // Asked of the writer, so that an owner who is fenced off leaves the file alone.
        let version = try await journal.writer.write { context in
            try context.database.first("SELECT MAX(version) FROM session") { $0.integer(0) } ?? 0
        }
        let replacement = try await IndexFiles.shared.begin(path(agent))
        var lastKey = ""
        var isFirst = true
        while true {
            let after = lastKey
            let page = try await journal.reader.read { try Projection.page(agent, after: after, in: $0) }
            var bytes: [UInt8] = []
            for row in page {
                bytes.append(contentsOf: (isFirst ? "{\n  " : ",\n  ").utf8)
                JSONWriter.write(row.key, into: &bytes)
                bytes.append(contentsOf: ": ".utf8)
                bytes += row.entry
                isFirst = false
            }
            if page.count < Projection.pageSize { bytes.append(contentsOf: (isFirst ? "{}\n" : "\n}\n").utf8) }
            try await IndexFiles.shared.write(bytes, to: replacement)
            guard page.count == Projection.pageSize, let last = page.last else { break }
            lastKey = last.key
        }
        let stamp = try await IndexFiles.shared.finish(replacement, fault: journal.fault)
        try await journal.writer.write { try Projection(version: version, stamp: stamp).save(agent, in: $0) }
    }
}

/// What is known about the index of an agent: the state of the file as this program left it, and up to which change of the
/// rows it shows them.
struct Projection: Sendable {
    /// How many rows are read at once, so that an index of any size costs little memory.
    static let pageSize = 64

    var version: Int64
    var stamp: FileStamp

    static func find(_ agent: AgentID, in database: Database) throws(DatabaseError) -> Projection? {
        try database.first(
            "SELECT version, inode, size, modified FROM projection WHERE agent = ?", [.text(agent.rawValue)]
        ) { row in
            Projection(
                version: row.integer(0),
                stamp: FileStamp(
                    inode: UInt64(bitPattern: row.integer(1)), size: row.integer(2), modified: row.integer(3)))
        }
    }

    func save(_ agent: AgentID, in context: WriteContext) throws(DatabaseError) {
        try context.database.run(
            """
            INSERT INTO projection (agent, version, inode, size, modified) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (agent) DO UPDATE SET version = ?2, inode = ?3, size = ?4, modified = ?5
            """,
            [
                .text(agent.rawValue), .integer(version), .integer(Int64(bitPattern: stamp.inode)),
                .integer(stamp.size),
                .integer(stamp.modified),
            ])
    }

    static func page(
        _ agent: AgentID, after key: String, in database: Database
    ) throws(DatabaseError) -> [(key: String, entry: [UInt8])] {
        try database.rows(
            "SELECT key, entry FROM session WHERE agent = ? AND key > ? ORDER BY key LIMIT \(pageSize)",
            [.text(agent.rawValue), .text(key)]
        ) { ($0.text(0), $0.bytes(1)) }
    }
}
