package import ClawCore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SessionStore {
    /// What became of a transcript that was to be shortened.
    package enum Shortening: Sendable, Hashable {
        case noSession
        case noTranscript
        case shortEnough(lines: Int)
        /// `backup` is the absolute path of the whole transcript.
        case shortened(kept: Int, backup: String)
    }

    /// More than this is not held in memory to be written again.
    private static let keptByteLimit = 64 << 20

    /// Keeps the header and the last `count` lines of a session's transcript. The whole file stays as `<file>.bak.<stamp>`;
    /// the new one takes its place at once or not at all. Throws `ClawError` when the lines to keep are too many bytes.
    package func shorten(_ key: SessionKey, toLines count: Int) async throws -> Shortening {
        guard let record = try await record(key), !record.sessionID.isEmpty else { return .noSession }
        let file = try SessionTable.transcript(of: record, in: journal.directory)
        // Lines that wait for a sync would be written again after a crash; now none of the old ones waits.
        try await journal.checkpointTranscripts()
        let result = try await journal.writer.write { context -> Shortening in
            try context.appender.complete(file)
            let path = context.appender.path(file)
            guard let tail = try TranscriptTail.read(path, lines: count, limit: Self.keptByteLimit) else {
                return .noTranscript
            }
            guard tail.isCut else { return .shortEnough(lines: tail.lineCount) }
            let backup = FileNames.freeName("\(path).bak.\(context.appender.stamp())")
            if link(path, backup) != 0 { throw FileError(operation: "back up", path: path, code: errno) }
            try AtomicFile.write(tail.bytes, to: path)
            context.appender.forget(file)
            return .shortened(kept: tail.lineCount, backup: backup)
        }
        guard case .shortened = result else { return result }
        _ = try await patch(key) { entry in
            for name in ["inputTokens", "outputTokens", "totalTokens", "totalTokensFresh"] { entry[name] = nil }
        }
        return result
    }
}

/// The end of a transcript with its header.
private struct TranscriptTail {
    var bytes: [UInt8]
    var lineCount: Int
    /// Whether lines were left out.
    var isCut: Bool

    /// Nil when there is no file.
    static func read(_ path: String, lines count: Int, limit: Int) throws -> TranscriptTail? {
        guard let descriptor = try TranscriptFile.openForReading(path) else { return nil }
        let file = OpenFile(descriptor: descriptor)
        let header = try TranscriptFile.header(descriptor: file.descriptor, path: path)?.length ?? 0
        let size = Int(try FileStamp.of(descriptor: file.descriptor, path: path).size)
        var lines = try ReverseLines(descriptor: file.descriptor, path: path)
        var start = size
        var found = 0
        while found < count, start > header, let line = try lines.next() {
            start = max(header, start - line.count - 1)
            found += 1
            if size - start > limit {
                throw ClawError(
                    .invalidRequest, "The last \(count) lines of this transcript are more than \(limit >> 20) MiB.",
                    hint: "Ask for fewer lines (maxLines).")
            }
        }
        if start <= header { return TranscriptTail(bytes: [], lineCount: found, isCut: false) }
        let head = try TranscriptFile.read(file.descriptor, from: 0, count: header, path: path)
        let tail = try TranscriptFile.read(file.descriptor, from: start, count: size - start, path: path)
        return TranscriptTail(bytes: head + tail, lineCount: found, isCut: true)
    }
}
