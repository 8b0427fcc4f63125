import ClawCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
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
    /// such program, `timeout`, `unavailable` when it cannot be started or writes too much.
    package func result() async throws -> Result {
        guard let path else {
            throw ClawError(
                .notFound, "The program \(program) is not installed.", hint: "Install it, or add its folder to PATH.")
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await run(path) }
            group.addTask {
                try await Task.sleep(for: timeout)
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

    private func run(_ path: String) async throws -> Result {
        var options = PlatformOptions()
        // A session of its own, so that the end of the time takes along whatever the program started.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
        ]
        let variables = environment.filter { !$0.key.isEmpty && !$0.key.contains("=") }
        do {
            let outcome = try await Subprocess.run(
                .path(.init(path)), arguments: Arguments(arguments),
                environment: .custom(variables.map { Array("\($0.key)=\($0.value)\0".utf8) }),
                platformOptions: options, output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
            let code: Int32? = if case .exited(let code) = outcome.terminationStatus { code } else { nil }
            return Result(
                code: code, output: String(decoding: outcome.standardOutput, as: UTF8.self),
                errors: String(decoding: outcome.standardError, as: UTF8.self))
        } catch let error as SubprocessError {
            throw ClawError(.unavailable, "\(program) could not be run: \(error)", cause: error)
        }
    }
}
