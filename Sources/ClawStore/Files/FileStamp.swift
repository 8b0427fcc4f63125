import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells one state of a file from another without reading it.
package struct FileStamp: Sendable, Hashable {
    var inode: UInt64
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64

    /// How large the file is.
    package var byteCount: Int64 { size }

    /// The file at `path`; nil when there is none that can be examined.
    package static func of(_ path: String) -> FileStamp? {
        var information = stat()
        return stat(path, &information) == 0 ? FileStamp(information) : nil
    }

    static func of(descriptor: Int32, path: String) throws(FileError) -> FileStamp {
        var information = stat()
        if fstat(descriptor, &information) != 0 { throw FileError(operation: "examine", path: path, code: errno) }
        return FileStamp(information)
    }

    init(inode: UInt64, size: Int64, modified: Int64) {
        self.inode = inode
        self.size = size
        self.modified = modified
    }

    private init(_ information: stat) {
        inode = UInt64(information.st_ino)
        size = Int64(information.st_size)
        #if canImport(Darwin)
            let time = information.st_mtimespec
        #else
            let time = information.st_mtim
        #endif
        modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Small operations on names.
enum FileNames {
    /// The part after the last slash.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Renames the file at `path` to `<path>.<label>.<stamp>` and returns the new path, which did not exist before.
    static func moveAside(_ path: String, label: String, stamp: String) throws(FileError) -> String {
        let target = freeName("\(path).\(label).\(stamp)")
        if rename(path, target) != 0 { throw FileError(operation: "move aside", path: path, code: errno) }
        return target
    }

    /// Renames a file and makes the new name durable. A source that is gone was moved before.
    static func move(_ source: String, to target: String) throws(FileError) {
        if rename(source, target) != 0 {
            if errno == ENOENT { return }
            throw FileError(operation: "rename", path: source, code: errno)
        }
        try AtomicFile.syncDirectory(of: target)
    }

    /// Removes a folder with nothing in it; any other stays.
    static func removeEmptyFolder(_ path: String) { _ = rmdir(path) }

    /// `path`, or `path-2`, `path-3`, … when something has that name.
    static func freeName(_ path: String) -> String {
        var candidate = path
        var number = 2
        while access(candidate, F_OK) == 0 {
            candidate = "\(path)-\(number)"
            number += 1
        }
        return candidate
    }
}
