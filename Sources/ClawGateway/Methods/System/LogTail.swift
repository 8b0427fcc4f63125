#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A piece of a log file, for a client that follows it (gateway-methods §1).
struct LogTail: Sendable, Hashable {
    var file: String
    /// Where the next piece starts: the size of the file.
    var cursor = 0
    var size = 0
    var lines: [String] = []
    var isTruncated = false
    /// Whether the client must forget what it has: the file was replaced, or too much was written since.
    var isReset = false

    /// Reads from `cursor`, or the last `maxBytes` without one; at most `limit` lines, the last ones. A missing file gives an
    /// empty piece. Throws the error number of a file that cannot be read.
    static func read(_ file: String, cursor: Int?, limit: Int, maxBytes: Int) throws(LogTailError) -> LogTail {
        var tail = LogTail(file: file)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return tail }
            throw LogTailError(code: errno)
        }
        defer { close(descriptor) }
        var facts = stat()
        if fstat(descriptor, &facts) != 0 { throw LogTailError(code: errno) }
        tail.size = Int(facts.st_size)
        var start = max(0, tail.size - maxBytes)
        if let cursor, cursor <= tail.size {
            if tail.size - cursor > maxBytes {
                tail.isReset = true
                tail.isTruncated = true
            } else {
                start = cursor
            }
        } else {
            tail.isReset = cursor != nil
            tail.isTruncated = start > 0
        }
        var bytes = [UInt8](repeating: 0, count: tail.size - start)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(start)) }
        if count < 0 { throw LogTailError(code: errno) }
        tail.cursor = start + count
        tail.size = tail.cursor
        let isMidway = start > 0 && start != cursor
        tail.lines = split(bytes[..<count], dropsFirst: isMidway)
        if tail.lines.count > limit {
            tail.lines.removeFirst(tail.lines.count - limit)
            tail.isTruncated = true
        }
        return tail
    }

    private static func split(_ bytes: ArraySlice<UInt8>, dropsFirst: Bool) -> [String] {
        let newline = UInt8(ascii: "\n")
        var rest = bytes
        if dropsFirst { rest = rest.firstIndex(of: newline).map { rest[($0 + 1)...] } ?? [] }
        return rest.split(separator: newline).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The error number of a log file that cannot be read.
struct LogTailError: Error, CustomStringConvertible {
    let code: Int32

    var description: String { String(cString: strerror(code)) }
}
