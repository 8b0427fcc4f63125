import ClawSupport
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Another process owns the state directory.
package struct InstanceLockError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    /// The process that holds the lock, as the lock file says; nil when it says nothing.
    package let owner: Int?

    package init(path: String, owner: Int?) {
        self.path = path
        self.owner = owner
    }

    package var description: String {
        let holder = owner.map { "process \($0)" } ?? "another process"
        return "The state directory is in use by \(holder) (\(path))."
    }
}

/// The lock that makes this process the only Gateway of a state directory. The kernel drops it with the process, so that a
/// crash leaves nothing to clean up.
package final class InstanceLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// Throws `InstanceLockError` when another process holds it and `FileError` when the file cannot be made.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw FileError(operation: "create", path: path, code: errno) }
        self.descriptor = Mutex(descriptor)
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // The pid only makes the message better; an unreadable file leaves it out.
            let text = (try? AtomicFile.read(path, limit: 64)).map { String(decoding: $0, as: UTF8.self) }
            release()
            throw InstanceLockError(path: path, owner: text.flatMap { Int($0.filter(\.isNumber)) })
        }
        if ftruncate(descriptor, 0) != 0 { throw FileError(operation: "shorten", path: path, code: errno) }
        try AtomicFile.writeAll(Array("\(getpid())\n".utf8), to: descriptor, path: path)
    }

    deinit { release() }

    /// Gives the lock back before the last reference goes.
    package func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
