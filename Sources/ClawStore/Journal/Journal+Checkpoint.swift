import ClawCore
import ClawSupport

/// Making transcript files durable, off the way of a turn.
extension Journal {
    /// Writes lines to a transcript that an earlier failure kept from it, so that a reader finds what was acknowledged.
    func completeTranscript(_ file: String) async throws {
        guard backlog.isBehind(file) else { return }
        try await writer.write { context in try context.appender.complete(file) }
    }

    /// Syncs every transcript that has lines in the journal and then drops those lines.
    func checkpointTranscripts() async throws {
        let files = try await writer.write { context in
            for file in context.backlog.behindFiles { try context.appender.complete(file) }
            return try context.database.rows("SELECT file, MAX(number) FROM transcript_line GROUP BY file") {
                WaitingFile(name: $0.text(0), lastNumber: $0.integer(1))
            }
        }
        if files.isEmpty { return }
        try await FileSync.shared.sync(files.map { "\(directory.root)/\($0.name)" })
        fault("transcript.checkpoint.before")
        let dropped = try await writer.write { context in
            var dropped = 0
            for file in files {
                dropped += try context.database.run(
                    "DELETE FROM transcript_line WHERE file = ? AND number <= ?",
                    [.text(file.name), .integer(file.lastNumber)])
            }
            return dropped
        }
        backlog.removeWaitingLines(dropped)
    }
}

/// A transcript with lines in the journal, and the newest of them when it was looked at.
private struct WaitingFile: Sendable {
    let name: String
    let lastNumber: Int64
}

/// Syncs files on the thread for files.
actor FileSync {
    static let shared = FileSync()

    nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    /// Syncs the files and then each of their folders once.
    func sync(_ paths: [String]) throws {
        var folders: [String: String] = [:]
        for path in paths {
            try TranscriptFile.sync(path)
            folders[String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])] = path
        }
        for path in folders.values { try AtomicFile.syncDirectory(of: path) }
    }
}
