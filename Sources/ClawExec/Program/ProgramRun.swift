import ClawCore
import ClawSupport
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of a program of the operating system that is short and answers on its output, such as `systemctl`. No shell is
/// between: each argument arrives as it is.
package struct ProgramRun: Sendable {
    /// How a program ended and what it wrote.
    package struct Result: Sendable, Hashable {
        /// The exit code; nil when a signal ended it.
        package let code: Int32?
        package let output: String
        package let errors: String

        package var isSuccess: Bool { code == 0 }

        /// What it said when it failed: the errors, else the output, without the space around them.
        package var complaint: String {
            let text = errors.allSatisfy(\.isWhitespace) ? output : errors
            return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
    }

    /// An absolute path, or a name that `PATH` of `environment` finds.
    package var program: String
    package var arguments: [String]
    /// The whole environment of the program.
    package var environment: [String: String]
    /// After it the program and all that it started are ended.
    package var timeout = Duration.seconds(30)
    /// What it reads on its standard input; nothing comes after. Without `temporaryDirectory` at most what a pipe holds: 1 MiB on
    /// Linux.
    package var input: [UInt8] = []
    /// Where more than that may lie, in a file that has no name; nil refuses it.
    package var temporaryDirectory: String?
    /// Absolute; nil for that of this process.
    package var workingDirectory: String?
    /// Bytes of output, and as many of errors, that are read; a program that writes more is a fault.
    package var outputLimit = 1 << 20

    package init(_ program: String, _ arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// Where the program lies; nil when `PATH` does not find it.
    package var path: String? {
        if program.contains("/") { return ExecutableSearch.isExecutable(program) ? program : nil }
        return ExecutableSearch.find(program, path: environment["PATH"] ?? "")
    }

    /// Runs it and waits for its end. A code other than 0 is no error here. Throws `ClawError`: `not_found` when there is no
    /// such program, `timeout`, `unavailable` when it cannot be started or writes too much, `invalid_request` when it is to
    /// read too much.
    package func result() async throws -> Result {
        guard let path else {
            throw ClawError(
                .notFound, "The program \(program) is not installed.", hint: "Install it, or add its folder to PATH.")
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await run(path) }
            group.addTask {
                try await SystemTimeSource().sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else {
                throw ClawError(
                    .timeout, "\(program) \(arguments.first ?? "") did not end within \(timeout.components.seconds) s.",
                    retry: .yes)
            }
            return result
        }
    }

    /// Runs it with `socket` as its standard input and output until it ends or the task is cancelled, which kills it; there is
    /// no time limit. It keeps the terminal, where it may ask for something. The socket is closed in this process however this
    /// ends. Throws as `result()` does.
    package func result(on socket: Int32) async throws -> Result {
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard let path, copy >= 0 else {
            close(socket)
            if copy >= 0 { close(copy) }
            throw ClawError(
                .notFound, "The program \(program) is not installed.", hint: "Install it, or add its folder to PATH.")
        }
        return try await outcome {
            let outcome = try await Subprocess.run(
                .path(.init(path)), arguments: Arguments(arguments), environment: variables,
                input: .fileDescriptor(FileDescriptor(rawValue: socket), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: copy), closeAfterSpawningProcess: true),
                error: .bytes(limit: outputLimit))
            return Result(outcome.terminationStatus, output: [], errors: outcome.standardError)
        }
    }

    private func run(_ path: String) async throws -> Result {
        let output = try ProgramOutput(limit: outputLimit)
        let errors = try ProgramOutput(limit: outputLimit)
        if input.isEmpty { return try await run(path, .none, output, errors) }
        // Not `.array`: its writer takes this process along when the program ends before it has read everything.
        let descriptor = try ProgramInput.descriptor(input, temporaryDirectory)
        return try await run(
            path, .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true), output, errors
        )
    }

    private func run(
        _ path: String, _ input: some InputProtocol & Sendable, _ output: ProgramOutput, _ errors: ProgramOutput
    ) async throws -> Result {
        var options = PlatformOptions()
        // A session of its own, so that the end of the time takes along whatever the program started.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
        ]
        guard let outputEnd = output.handOver(), let errorsEnd = errors.handOver() else { throw CancellationError() }
        let settings = options
        return try await outcome {
            try await withThrowingTaskGroup(of: TerminationStatus?.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    try await Subprocess.run(
                        .path(.init(path)), arguments: Arguments(arguments), environment: variables,
                        workingDirectory: workingDirectory.map { .init($0) }, platformOptions: settings, input: input,
                        output: .fileDescriptor(
                            FileDescriptor(rawValue: outputEnd), closeAfterSpawningProcess: true),
                        error: .fileDescriptor(
                            FileDescriptor(rawValue: errorsEnd), closeAfterSpawningProcess: true)
                    ).terminationStatus
                }
                group.addTask {
                    try await ProgramOutput.follow([output, errors])
                    return nil
                }
                guard let status = try await group.next() ?? nil else { throw CancellationError() }
                for output in [output, errors] { try output.drain() }
                return Result(status, output: output.bytes, errors: errors.bytes)
            }
        }
    }

    private var variables: Environment {
        let valid = environment.filter { !$0.key.isEmpty && !$0.key.contains("=") }
        return .custom(valid.map { Array("\($0.key)=\($0.value)\0".utf8) })
    }

    private func outcome(_ run: () async throws -> Result) async throws -> Result {
        do {
            return try await run()
        } catch let error as SubprocessError {
            throw ClawError(.unavailable, "\(program) could not be run: \(error)", cause: error)
        }
    }
}

extension ProgramRun.Result {
    fileprivate init(_ status: TerminationStatus, output: [UInt8], errors: [UInt8]) {
        code = if case .exited(let code) = status { code } else { nil }
        self.output = String(decoding: output, as: UTF8.self)
        self.errors = String(decoding: errors, as: UTF8.self)
    }
}
