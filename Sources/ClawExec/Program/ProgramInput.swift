import ClawCore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a program reads on its standard input: a pipe that holds all of it before the program starts, or a file for what no pipe
/// holds. So nothing waits for a program that does not read, and nothing breaks when it ends before it has.
enum ProgramInput {
    /// The most that a pipe takes without a word about its size.
    private static let pipeBytes = 65_536

    #if os(Linux)
        /// `F_SETPIPE_SZ`, which the C library shows only to programs that ask for more than POSIX.
        private static let setSize: Int32 = 1031
        /// The most that a process without privileges may give to a pipe.
        private static let mostBytes: Int32 = 1 << 20
    #endif

    /// A descriptor from which `bytes` come, and then the end. Whoever takes it closes it. Throws `invalid_request` for more
    /// than a pipe holds, 1 MiB on Linux, unless there is a folder for it.
    static func descriptor(_ bytes: [UInt8], _ temporary: String?) throws(ClawError) -> Int32 {
        if let temporary, bytes.count > pipeBytes { return try file(bytes, in: temporary) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ClawError(.unavailable, "There is no pipe to be had for a program.") }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #if os(Linux)
            if bytes.count > pipeBytes { _ = fcntl(ends[1], setSize, mostBytes) }
        #endif
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let written = bytes.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            close(ends[0])
            throw ClawError(.invalidRequest, "A program cannot be given \(bytes.count) bytes at one time.")
        }
        return ends[0]
    }

    /// A file of this user alone, which loses its name before anything is written, so that nothing is left of it.
    private static func file(_ bytes: [UInt8], in folder: String) throws(ClawError) -> Int32 {
        var template = Array("\(folder)/openclaw-input-XXXXXX".utf8CString)
        let fault = ClawError(.unavailable, "No file for the input of a program can be made in \(folder).")
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw fault }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        do {
            try AtomicFile.writeAll(bytes, to: descriptor, path: folder)
        } catch {
            close(descriptor)
            throw fault
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }
}
