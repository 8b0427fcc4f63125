import ClawCore
import ClawSupport

/// Appends recorded entries to transcript files after their transaction is durable, and knows each file's leaf. The rows of
/// `transcript_line` stay until a checkpoint has synced the file, so that a crash loses nothing of it. Belongs to the writer.
final class TranscriptAppender {
    struct Tail: Sendable {
        var stamp: FileStamp?
        var leafID: String?
        var needsHeader: Bool

        static let missing = Tail(stamp: nil, leafID: nil, needsHeader: true)
    }

    private struct Staged {
        let file: String
        var header: [UInt8]
        var lines: [UInt8]
        var entries: [TranscriptEntry]
    }

    struct Move {
        let source: String
        let target: String
    }

    private let directory: StateDirectory
    let database: Database
    let cache: WindowCache
    let report: StoreReporter
    private let fault: FaultPoint
    let now: () -> Int64

    var tails = BoundedCache<String, Tail>(limit: 512)
    let backlog: StoreBacklog
    private var staged: [Staged] = []
    private var current: [Staged] = []
    private var moves: [Move] = []
    private var currentMoves: [Move] = []
    /// Sources of renames that are done and whose records can go with the next transaction.
    var finishedMoves: [String] = []
    private var preparedFolders: Set<String> = []

    init(
        directory: StateDirectory, database: Database, cache: WindowCache, backlog: StoreBacklog,
        report: @escaping StoreReporter, fault: @escaping FaultPoint, now: @escaping () -> Int64
    ) {
        self.directory = directory
        self.database = database
        self.cache = cache
        self.backlog = backlog
        self.report = report
        self.fault = fault
        self.now = now
    }

    /// For the names of files that are kept aside.
    func stamp() -> String { ISOTimestamp.fileStamp(milliseconds: now()) }

    func path(_ file: String) -> String { "\(directory.root)/\(file)" }

    /// The entry that the next one of `file` follows, counting what this group has staged.
    func leaf(of file: String) throws -> String? {
        if let staged = (current.last { $0.file == file } ?? staged.last { $0.file == file }) {
            return staged.entries.last?.id
        }
        return try tail(of: file).leafID
    }

    /// Chains `entries` to the leaf of `file`, stores their lines in the open transaction and keeps them for `flush`.
    func stage(
        _ entries: [TranscriptEntry], to file: String, sessionID: String, workingDirectory: String, now: Int64
    ) throws -> [TranscriptEntry] {
        var chained = entries
        var parent = try leaf(of: file)
        let isFirst = !current.contains { $0.file == file } && !staged.contains { $0.file == file }
        let needsHeader = try isFirst && tail(of: file).needsHeader
        var append = Staged(file: file, header: [], lines: [], entries: [])
        if needsHeader {
            append.header = TranscriptFile.headerLine(
                sessionID: sessionID, workingDirectory: workingDirectory, now: now)
        }
        for position in chained.indices {
            chained[position].parentID = parent
            parent = chained[position].id
            let line = chained[position].line
            try database.run(
                "INSERT INTO transcript_line (file, entry_id, line) VALUES (?, ?, ?)",
                [.text(file), .text(chained[position].id), .blob(line)])
            append.lines += line
        }
        append.entries = chained
        current.append(append)
        return chained
    }

    /// Renames a transcript once the transaction is durable; its lines that wait for a sync go with it.
    func move(_ source: String, to target: String) throws {
        try database.run("INSERT INTO file_move (source, target) VALUES (?, ?)", [.text(source), .text(target)])
        try database.run("UPDATE transcript_line SET file = ? WHERE file = ?", [.text(target), .text(source)])
        currentMoves.append(Move(source: source, target: target))
    }

    /// The request that staged last has succeeded.
    func accept() {
        staged += current
        moves += currentMoves
        reject()
    }

    /// The request that staged last has failed.
    func reject() {
        current.removeAll()
        currentMoves.removeAll()
    }

    /// The group was not committed.
    func discard() {
        reject()
        staged.removeAll()
        moves.removeAll()
    }

    /// Writes what the committed group staged, each file once. A file that cannot be written is behind until it can.
    func flush() {
        guard !staged.isEmpty || !moves.isEmpty else { return }
        defer { discard() }
        var order: [String] = []
        var byFile: [String: Staged] = [:]
        for append in staged {
            if byFile[append.file] == nil {
                order.append(append.file)
                byFile[append.file] = append
            } else {
                byFile[append.file]?.lines += append.lines
                byFile[append.file]?.entries += append.entries
            }
        }
        fault("transcript.append.before")
        for file in order {
            if let append = byFile[file] { write(append) }
        }
        fault("transcript.append.after")
        backlog.addWaitingLines(staged.reduce(0) { $0 + $1.entries.count })
        for move in moves { rename(move) }
    }

    /// The file was replaced: what was known of it holds no more.
    func forget(_ file: String) {
        tails[file] = nil
        cache.remove(file)
    }

    private func write(_ append: Staged) {
        do {
            try prepareFolder(of: append.file)
            let stamps = try TranscriptFile.append(append.header + append.lines, to: path(append.file))
            tails[append.file] = Tail(stamp: stamps.after, leafID: append.entries.last?.id, needsHeader: false)
            cache.extend(append.file, from: stamps.before, to: stamps.after, with: append.entries)
        } catch {
            tails[append.file] = nil
            backlog.markBehind(append.file)
            report(
                StoreIssue(
                    kind: .unavailable, path: path(append.file),
                    message: "\(error) The entries are in the journal and will be written later."))
        }
    }

    func prepareFolder(of file: String) throws(FileError) {
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        if preparedFolders.contains(folder) { return }
        try AtomicFile.makeDirectory(path(folder))
        preparedFolders.insert(folder)
    }

    func rename(_ move: Move) {
        tails[move.source] = nil
        cache.remove(move.source)
        if backlog.clearBehind(move.source) { backlog.markBehind(move.target) }
        do throws(FileError) {
            try FileNames.move(path(move.source), to: path(move.target))
            finishedMoves.append(move.source)
        } catch {
            report(
                StoreIssue(kind: .unavailable, path: path(move.source), message: "\(error) It is tried again at start.")
            )
        }
    }
}
