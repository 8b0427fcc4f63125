import ClawCore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a transcript: its header, its end, and what is appended.
enum TranscriptFile {
    struct Header: Sendable, Hashable {
        /// 1 has no ids: every line follows the one before it.
        var version: Int
        var id: String
        /// The file offset of the first entry.
        var length: Int
    }

    /// Headers are short; a first line beyond this is none.
    private static let headerLimit = 64 << 10

    static func headerLine(sessionID: String, workingDirectory: String, now: Int64) -> [UInt8] {
        let header: JSONValue = [
            "type": "session", "version": 3, "id": .string(sessionID),
            "timestamp": .string(ISOTimestamp.format(milliseconds: now)), "cwd": .string(workingDirectory),
        ]
        return header.bytes + [UInt8(ascii: "\n")]
    }

    /// Opens an existing file for reading; nil when there is none.
    static func openForReading(_ path: String) throws(FileError) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw FileError(operation: "open", path: path, code: errno)
    }

    static func close(_ descriptor: Int32) {
        #if canImport(Darwin)
            _ = Darwin.close(descriptor)
        #else
            _ = Glibc.close(descriptor)
        #endif
    }

    /// The header at the start of an open file; nil when the first line is none.
    static func header(descriptor: Int32, path: String) throws(FileError) -> Header? {
        var size = 4096
        while true {
            let bytes = try read(descriptor, from: 0, count: size, path: path)
            if let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) { return parseHeader(bytes[..<newline]) }
            if bytes.count < size || size >= headerLimit { return nil }
            size = headerLimit
        }
    }

    private static func parseHeader(_ line: ArraySlice<UInt8>) -> Header? {
        // Text that is no JSON is no header, which is the answer.
        guard let value = try? JSONParser.parse(Array(line), mode: .lenient), value["type"]?.stringValue == "session"
        else { return nil }
        let version = value["version"]?.intValue ?? 1
        return Header(version: version, id: value["id"]?.stringValue ?? "", length: line.count + 1)
    }

    /// Up to `count` bytes from `offset`; fewer at the end of the file.
    static func read(_ descriptor: Int32, from offset: Int, count: Int, path: String) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let taken = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
            }
            if taken < 0 {
                if errno == EINTR { continue }
                throw FileError(operation: "read", path: path, code: errno)
            }
            if taken == 0 { break }
            filled += taken
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Makes the file end with a whole line. A last line without newline that is JSON gets its newline; other bytes are cut
    /// off and kept in `<path>.torn.<stamp>`, whose path is returned.
    static func repairTail(_ path: String, stamp: String) throws(FileError) -> String? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 { throw FileError(operation: "open", path: path, code: errno) }
        defer { close(descriptor) }
        let size = Int(try FileStamp.of(descriptor: descriptor, path: path).size)
        if size == 0 { return nil }
        if try read(descriptor, from: size - 1, count: 1, path: path) == [UInt8(ascii: "\n")] { return nil }
        var lines = try ReverseLines(descriptor: descriptor, path: path)
        guard let tail = try lines.next() else { return nil }
        // Whether it parses is the question here.
        if (try? JSONParser.parse(tail, mode: .lenient))?.objectValue != nil {
            if lseek(descriptor, 0, SEEK_END) < 0 { throw FileError(operation: "extend", path: path, code: errno) }
            try AtomicFile.writeAll([UInt8(ascii: "\n")], to: descriptor, path: path)
            return nil
        }
        let aside = FileNames.freeName("\(path).torn.\(stamp)")
        try AtomicFile.write(tail, to: aside)
        if ftruncate(descriptor, off_t(size - tail.count)) != 0 {
            throw FileError(operation: "shorten", path: path, code: errno)
        }
        return aside
    }

    /// Appends with one write and creates the file with mode 0600 when it is missing. After a failure the file is as long as
    /// it was. Returns the stamps before and after; before is nil for a new file.
    static func append(_ bytes: [UInt8], to path: String) throws(FileError) -> (before: FileStamp?, after: FileStamp) {
        var descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
        var before: FileStamp?
        if descriptor < 0, errno == ENOENT {
            descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor >= 0 { fchmod(descriptor, 0o600) }
        }
        if descriptor < 0 { throw FileError(operation: "open", path: path, code: errno) }
        defer { close(descriptor) }
        let start = try FileStamp.of(descriptor: descriptor, path: path)
        if start.size > 0 { before = start }
        do throws(FileError) {
            try AtomicFile.writeAll(bytes, to: descriptor, path: path)
        } catch {
            ftruncate(descriptor, off_t(start.size))
            throw error
        }
        return (before, try FileStamp.of(descriptor: descriptor, path: path))
    }

    /// Makes what was written to the file durable; a file that is gone needs nothing.
    static func sync(_ path: String) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return }
            throw FileError(operation: "open", path: path, code: errno)
        }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw FileError(operation: "flush", path: path, code: errno) }
    }
}
