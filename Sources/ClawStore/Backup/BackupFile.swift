import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file that is read or written from its beginning to its end; closed with the value.
final class BackupFile {
    let path: String
    private(set) var offset: Int64 = 0
    private let descriptor: Int32
    /// Bytes, when it was opened.
    let size: Int
    /// Permission bits, when it was opened.
    let mode: UInt32

    /// Opens a regular file for reading; links are not followed.
    init(reading path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 { throw .last("open", path) }
        var information = stat()
        let isKnown = fstat(descriptor, &information) == 0
        size = Int(information.st_size)
        mode = UInt32(information.st_mode & 0o777)
        if !isKnown || information.st_mode & S_IFMT != S_IFREG {
            throw FileError(operation: "read", path: path, code: EINVAL)
        }
    }

    /// As `init(reading:)`; nil when there is nothing.
    static func openIfThere(_ path: String) throws(FileError) -> BackupFile? {
        do {
            return try BackupFile(reading: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    /// Makes a file that is not there yet, with mode 0600 whatever the umask is.
    init(creating path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        size = 0
        mode = 0o600
        if descriptor < 0 { throw .last("create", path) }
        if fchmod(descriptor, 0o600) != 0 { throw .last("set the mode of", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// At most `count` bytes; fewer only at the end of the file.
    func read(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Self.readSome(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw .last("read", path)
            }
            if got == 0 { break }
            filled += got
        }
        offset += Int64(filled)
        bytes.removeLast(count - filled)
        return bytes
    }

    private static func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    func write(_ bytes: [UInt8]) throws(FileError) {
        try AtomicFile.writeAll(bytes, to: descriptor, path: path)
        offset += Int64(bytes.count)
    }

    /// Sets permission bits and makes the content durable.
    func finish(mode: UInt32 = 0o600) throws(FileError) {
        if fchmod(descriptor, mode_t(mode)) != 0 { throw .last("set the mode of", path) }
        if fsync(descriptor) != 0 { throw .last("flush", path) }
    }
}
