import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Appends lines to a file that only its owner can read. At `limit` bytes the file becomes `.1` and a new one begins.
enum AuditFile {
    static let limit = 4 << 20

    static func append(_ line: JSONObject, to path: String) throws(FileError) {
        try AtomicFile.makeDirectory(FilePath.parent(path))
        if let file = FilePath.regularFile(path), file.size > limit, rename(path, "\(path).1") != 0 {
            throw FileError(operation: "rename", path: path, code: errno)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode_t(0o600))
        if descriptor < 0 { throw FileError(operation: "open", path: path, code: errno) }
        defer { close(descriptor) }
        if fchmod(descriptor, mode_t(0o600)) != 0 {
            throw FileError(operation: "set the mode of", path: path, code: errno)
        }
        try AtomicFile.writeAll(JSONValue.object(line).bytes + [0x0A], to: descriptor, path: path)
    }
}
