import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reading an included file: what was examined is what is read, since both use one descriptor.
enum GuardedFile {
    enum Refusal: Error, Hashable {
        case missing
        case notRegular
        case hardLinked
        case tooLarge
        /// It belongs to another user, or others may use it.
        case notOwn
        case unreadable(FileError)
    }

    /// Reads a regular file with one name of at most `limit` bytes. `path` has no symbolic links left; one that appears
    /// meanwhile is refused.
    /// - Parameter onlyOwn: refuses a file that others may read, or that is neither this user's nor root's.
    static func read(_ path: String, limit: Int, onlyOwn: Bool = false) throws(Refusal) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { throw errno == ENOENT ? .missing : failure("open", path) }
        defer { close(descriptor) }
        var information = stat()
        if fstat(descriptor, &information) != 0 { throw failure("examine", path) }
        if information.st_mode & S_IFMT != S_IFREG { throw .notRegular }
        if information.st_nlink > 1 { throw .hardLinked }
        let isOwn = information.st_uid == geteuid() || information.st_uid == 0
        if onlyOwn, !isOwn || information.st_mode & 0o077 != 0 { throw .notOwn }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(into: &chunk, from: descriptor)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw .tooLarge }
        }
    }

    private static func failure(_ operation: String, _ path: String) -> Refusal {
        .unreadable(FileError(operation: operation, path: path, code: errno))
    }

    private static func read(into chunk: inout [UInt8], from descriptor: Int32) -> Int {
        chunk.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
                Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
                Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}
