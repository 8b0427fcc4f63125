#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file that closes itself; reads do not move a shared position.
final class AssetFile: Sendable {
    /// What is another after every change of the file.
    struct Stamp: Sendable, Hashable {
        var inode: UInt64
        var size: Int
        /// When its content or its name changed last.
        var seconds: Int
        var nanoseconds: Int
    }

    private let descriptor: Int32
    let stamp: Stamp

    /// In bytes.
    var size: Int { stamp.size }

    /// Nil when `path` is not a regular file that can be read.
    convenience init?(path: String) {
        self.init(adopting: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    }

    /// A file below the directory `root`, reached component by component without following a symbolic link. Nil when there
    /// is none, or when it is not a regular file.
    convenience init?(root: String, components: [String]) {
        var current = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for (position, component) in components.enumerated() where current >= 0 {
            let last = position == components.count - 1
            let kind = last ? O_NONBLOCK : O_DIRECTORY
            let next = openat(current, component, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            close(current)
            current = next
        }
        self.init(adopting: current)
    }

    private init?(adopting descriptor: Int32) {
        if descriptor < 0 { return nil }
        var information = stat()
        if fstat(descriptor, &information) != 0 || information.st_mode & S_IFMT != S_IFREG {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
        #if canImport(Darwin)
            let changed = information.st_ctimespec
        #else
            let changed = information.st_ctim
        #endif
        stamp = Stamp(
            inode: UInt64(information.st_ino), size: Int(information.st_size), seconds: Int(changed.tv_sec),
            nanoseconds: Int(changed.tv_nsec))
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `offset`; nil when the file is shorter or cannot be read.
    func read(at offset: Int, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else { return nil }
        var filled = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                filled += got
            }
            initialized = filled
        }
        return filled == count ? bytes : nil
    }
}

/// The absolute path without symbolic links; nil when nothing is there.
func resolvedPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
}
