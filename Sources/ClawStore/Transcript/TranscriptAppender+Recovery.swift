import ClawCore
import ClawSupport

/// Bringing files and rows together again.
extension TranscriptAppender {
    /// What is known about the end of `file`; reads the file only when it is not in the state that this writer left.
    func tail(of file: String) throws -> Tail {
        if backlog.isBehind(file) { try complete(file) }
        let stamp = FileStamp.of(path(file))
        if let known = tails[file], known.stamp == stamp { return known }
        let found = try examine(file)
        tails[file] = found
        return found
    }

    /// Looks at a file that someone else may have written: a file without a readable header is moved aside, a torn end is
    /// cut and kept.
    private func examine(_ file: String) throws -> Tail {
        let path = path(file)
        guard let descriptor = try TranscriptFile.openForReading(path) else { return Tail.missing }
        let opened = OpenFile(descriptor: descriptor)
        guard let stamp = FileStamp.of(path), stamp.size > 0 else { return Tail.missing }
        guard try TranscriptFile.header(descriptor: opened.descriptor, path: path) != nil else {
            let aside = try FileNames.moveAside(path, label: "unreadable", stamp: self.stamp())
            report(
                StoreIssue(
                    kind: .movedAside, path: path,
                    message: "The transcript has no readable header; it was kept as \(FileNames.name(of: aside))."))
            return Tail.missing
        }
        if let aside = try TranscriptFile.repairTail(path, stamp: self.stamp()) {
            report(
                StoreIssue(
                    kind: .tornTail, path: path,
                    message: "The transcript ended in half a line; its bytes were kept as \(FileNames.name(of: aside))."
                ))
        }
        var lines = try ReverseLines(descriptor: opened.descriptor, path: path)
        var leaf: String?
        while leaf == nil, let line = try lines.next() { leaf = Self.entryID(of: line) }
        return Tail(stamp: FileStamp.of(path), leafID: leaf, needsHeader: false)
    }

    /// The id of an entry; nil for the header and for lines that are no entries.
    private static func entryID(of line: [UInt8]) -> String? {
        // A malformed line is skipped and stays where it is.
        guard let value = try? JSONParser.parse(line, mode: .lenient), value["type"]?.stringValue != "session" else {
            return nil
        }
        return value["id"]?.stringValue
    }

    /// Brings a file that is behind up to date.
    func complete(_ file: String) throws {
        try reconcile(file)
        backlog.clearBehind(file)
    }

    /// Appends the lines of `file` that the database has and the file lacks.
    func reconcile(_ file: String) throws {
        let path = path(file)
        var missing = try database.rows(
            "SELECT entry_id, line FROM transcript_line WHERE file = ? ORDER BY number", [.text(file)]
        ) { (id: $0.text(0), line: $0.bytes(1)) }
        tails[file] = nil
        if missing.isEmpty { return }
        let tail = try examine(file)
        if !tail.needsHeader, let descriptor = try TranscriptFile.openForReading(path) {
            let opened = OpenFile(descriptor: descriptor)
            var wanted = Set(missing.map(\.id))
            var lines = try ReverseLines(descriptor: opened.descriptor, path: path)
            while !wanted.isEmpty, let line = try lines.next() {
                if let id = Self.entryID(of: line) { wanted.remove(id) }
            }
            missing.removeAll { !wanted.contains($0.id) }
        }
        if missing.isEmpty { return }
        var bytes: [UInt8] = []
        if tail.needsHeader {
            let name = FileNames.name(of: file)
            let sessionID = name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
            bytes = TranscriptFile.headerLine(sessionID: sessionID, workingDirectory: "", now: now())
        }
        for line in missing { bytes += line.line }
        try prepareFolder(of: file)
        _ = try TranscriptFile.append(bytes, to: path)
        cache.remove(file)
        report(
            StoreIssue(
                kind: .recovered, path: path,
                message: "\(missing.count) entries that the transcript lacked were written to it."))
    }

    /// After a start: finishes renames that a crash interrupted and brings every file that may be behind up to date.
    func recover() throws {
        let moves = try database.rows("SELECT source, target FROM file_move ORDER BY number") {
            Move(source: $0.text(0), target: $0.text(1))
        }
        for move in moves { rename(move) }
        try forgetMoves()
        let files = try database.rows("SELECT DISTINCT file FROM transcript_line ORDER BY file") { $0.text(0) }
        for file in files {
            do {
                try reconcile(file)
            } catch {
                backlog.markBehind(file)
                report(StoreIssue(kind: .unavailable, path: path(file), message: "\(error) It is tried again later."))
            }
        }
    }

    /// Drops the records of renames that are done.
    func forgetMoves() throws {
        for source in finishedMoves { try database.run("DELETE FROM file_move WHERE source = ?", [.text(source)]) }
        finishedMoves.removeAll()
    }
}

/// Closes a descriptor when the scope that opened it ends.
struct OpenFile: ~Copyable {
    let descriptor: Int32

    deinit { TranscriptFile.close(descriptor) }
}
