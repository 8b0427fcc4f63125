import ClawCore
package import ClawSupport
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a journal is made of, before its threads own it.
struct JournalParts: Sendable {
    let directory: StateDirectory
    let writer: JournalWriter
    let reader: JournalReader
    let windows: WindowCache
    let backlog: StoreBacklog
    let report: StoreReporter
    let fault: FaultPoint
    let time: any TimeSource
    let entropy: any Entropy
    let epoch: Int64
}

extension Journal {
    /// Bytes of transcript lines behind the windows that are kept in memory.
    private static let windowBytes = 512 << 10

    /// Opens or creates the journal at `path` (`<root>/state/journal.sqlite`), becomes its owner (an earlier one is fenced
    /// off) and completes what a crash interrupted. Blocks while it does so: call it before serving.
    package static func open(
        path: String, time: any TimeSource, entropy: any Entropy, report: StoreReporter? = nil,
        fault: @escaping FaultPoint = { _ in }
    ) throws -> Journal {
        let root = path.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let directory = StateDirectory(root: root)
        let report = report ?? StoreIssue.logging(to: Logger(label: "openclaw.store"))
        try AtomicFile.makeDirectory("\(root)/state")
        try createPrivately(path)
        let database = try Database(path: path, access: .readWrite, cacheKilobytes: 512)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 4194304")
        try database.migrate(JournalSchema.migrations)
        let epoch = try database.first("UPDATE owner SET epoch = epoch + 1 RETURNING epoch") { $0.integer(0) } ?? 0
        let version = try database.first("SELECT MAX(version) FROM session") { $0.integer(0) } ?? 0
        let windows = WindowCache(limit: windowBytes)
        let backlog = StoreBacklog()
        let appender = TranscriptAppender(
            directory: directory, database: database, cache: windows, backlog: backlog, report: report, fault: fault,
            now: { time.nowMilliseconds })
        try appender.recover()
        let waiting = try database.first("SELECT COUNT(*) FROM transcript_line") { Int($0.integer(0)) }
        backlog.addWaitingLines(waiting ?? 0)
        try noteStaleIndexes(in: database, backlog)
        let context = WriteContext(
            database: database, directory: directory, appender: appender, epoch: epoch, sessionVersion: version,
            backlog: backlog)
        let writer = JournalWriter(core: WriterCore(context: context, time: time, fault: fault))
        let reader = JournalReader(database: try Database(path: path, access: .readOnly, cacheKilobytes: 256))
        return Journal(
            parts: JournalParts(
                directory: directory, writer: writer, reader: reader, windows: windows, backlog: backlog,
                report: report, fault: fault, time: time, entropy: entropy, epoch: epoch))
    }

    /// A process that was killed may have left rows that the index of their agent does not show.
    private static func noteStaleIndexes(in database: Database, _ backlog: StoreBacklog) throws {
        let stale = """
            SELECT s.agent FROM session s LEFT JOIN projection p ON p.agent = s.agent
            GROUP BY s.agent HAVING MAX(s.version) > COALESCE(p.version, 0)
            """
        for name in try database.rows(stale, [], { $0.text(0) }) {
            if let agent = AgentID(normalizing: name) { backlog.markIndexChanged(agent) }
        }
    }

    /// SQLite would create its file with the mode that the umask leaves.
    private static func createPrivately(_ path: String) throws(FileError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw FileError(operation: "create", path: path, code: errno) }
        defer { Glibc.close(descriptor) }
        if fchmod(descriptor, 0o600) != 0 { throw FileError(operation: "set the mode of", path: path, code: errno) }
    }
}
