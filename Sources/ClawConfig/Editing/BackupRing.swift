import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The earlier texts of a file: `.bak` is the newest, then `.bak.1` to `.bak.9`.
enum BackupRing {
    static let count = 10

    static func path(_ index: Int, of file: String) -> String { index == 0 ? "\(file).bak" : "\(file).bak.\(index)" }

    /// Moves each copy on by one, so that the oldest goes, and keeps `bytes` as the newest. Mode 0600.
    static func keep(_ bytes: [UInt8], of file: String) throws(FileError) {
        for index in stride(from: count - 2, through: 0, by: -1) {
            if rename(path(index, of: file), path(index + 1, of: file)) != 0, errno != ENOENT {
                throw FileError(operation: "rename", path: path(index, of: file), code: errno)
            }
        }
        try AtomicFile.write(bytes, to: path(0, of: file))
    }
}
