import ClawSupport
import FoundationEssentials
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that a test starts and owns. Its output goes to a file. It is killed when the last reference to it goes, and
/// no other process is ever touched.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum ExitStatus: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Why a program could not be started or waited for; the text names it and quotes the end of its output.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    package let executable: String
    package let pid: Int32
    /// The file with standard output and standard error, in the order of writing.
    package let outputPath: String
    /// Nil until the program was reaped; its process id means nothing after that.
    private let status = Mutex<ExitStatus?>(nil)

    /// Starts `executable` (an absolute path, or a name that `PATH` finds).
    /// - Parameters:
    ///   - environment: The whole environment of the program; nil passes on that of the test.
    ///   - directory: Where it runs; nil for the directory of the test.
    ///   - outputPath: Where its output goes; appended when the file is there.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
        outputPath: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // NIO's sockets are not close-on-exec. A program that inherits those of the tests beside it would keep them open, and
        // who waits there for the end of a connection would wait for the end of this program.
        for descriptor in 3..<Self.openFileLimit { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // Changing the directory is no portable part of posix_spawn, so a shell does it and becomes the program.
        let command =
            directory.map { ["/bin/sh", "-c", "cd -- \"$0\" && exec \"$@\"", $0, executable] } ?? [executable]
        let settings = environment?.map { "\($0.key)=\($0.value)" } ?? Self.inheritedEnvironment
        var pid: pid_t = 0
        let code = Self.withStringPointers(command + arguments) { argv in
            Self.withStringPointers(settings) { envp in posix_spawnp(&pid, command[0], &actions, nil, argv, envp) }
        }
        if code != 0 { throw Failure(description: "Cannot start \(executable): \(String(cString: strerror(code))).") }
        self.executable = executable
        self.pid = pid
        self.outputPath = outputPath
    }

    deinit { kill() }

    /// More descriptors than this the tests have never open at once.
    private static let openFileLimit = Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 4096))

    /// Everything the program wrote so far.
    package var output: String {
        // A file that is not there yet is empty output.
        let bytes = try? AtomicFile.read(outputPath)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    package var isRunning: Bool { reap() == nil }

    /// Sends a signal, unless the program has ended.
    package func signal(_ number: Int32) {
        status.withLock { status in
            if status == nil { _ = sendSignal(pid, number) }
        }
    }

    /// Kills the program at once and returns when it is gone.
    package func kill() {
        signal(SIGKILL)
        _ = reap(options: 0)
    }

    /// Asks the program to stop (SIGTERM), kills it after `grace`, and tells how it ended.
    package func terminate(grace: Duration = .seconds(5)) async -> ExitStatus {
        signal(SIGTERM)
        do { return try await waitForExit(timeout: grace) } catch { kill() }
        return reap() ?? .signalled(SIGKILL)
    }

    /// Returns when the program has ended; throws `Failure` when it runs longer than `timeout`.
    package func waitForExit(timeout: Duration = .seconds(60)) async throws -> ExitStatus {
        let start = ContinuousClock.now
        while true {
            if let status = reap() { return status }
            if start.duration(to: .now) > timeout { throw failure("did not end within \(timeout)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The first line of the output that contains `text`, once it is there. Throws `Failure` when the program ends without
    /// it or when `timeout` has passed.
    package func waitForLine(containing text: String, timeout: Duration = .seconds(60)) async throws -> String {
        let start = ContinuousClock.now
        while true {
            let hasEnded = reap() != nil
            for line in output.split(separator: "\n", omittingEmptySubsequences: true) where line.contains(text) {
                return String(line)
            }
            if hasEnded { throw failure("ended before it wrote “\(text)”") }
            if start.duration(to: .now) > timeout { throw failure("did not write “\(text)” within \(timeout)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func failure(_ what: String) -> Failure {
        Failure(description: "\(executable) \(what). Its output ends with:\n\(output.suffix(4000))")
    }

    private func reap(options: Int32 = WNOHANG) -> ExitStatus? {
        status.withLock { status in
            if let status { return status }
            var code: Int32 = 0
            var result = waitpid(pid, &code, options)
            while result < 0, errno == EINTR { result = waitpid(pid, &code, options) }
            if result == 0 { return nil }
            // What the low byte means is fixed by waitpid(2): seven bits of signal, and the exit code above it.
            status = result == pid && code & 0x7F == 0 ? .exited(code >> 8 & 0xFF) : .signalled(code & 0x7F)
            return status
        }
    }

    private static var inheritedEnvironment: [String] {
        ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    }

    private static func withStringPointers<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

private func sendSignal(_ pid: pid_t, _ number: Int32) -> Int32 { kill(pid, number) }
