import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An advisory lock on a directory, held while a configuration in it is read, changed and written. It orders the writers of
/// this program; an editor of a person does not ask for it, which is why the text is compared again before it is replaced.
enum FileLock {
    /// Runs `body` while the lock is held; waits until it is free.
    static func hold<Value>(_ directory: String, _ body: () throws -> Value) throws -> Value {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw FileError(operation: "open", path: directory, code: errno) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            if errno != EINTR { throw FileError(operation: "lock", path: directory, code: errno) }
        }
        return try body()
    }
}
