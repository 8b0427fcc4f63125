import ArgumentParser
import ClawClient
package import ClawCore
import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The whole of `openclaw`: words in, an exit code out.
package enum CommandLineTool {
    /// Everything went well.
    package static let success: Int32 = 0
    /// Anything else: the one code for errors, told apart by the text.
    package static let failure: Int32 = 1

    /// Runs with the arguments and the terminal of this process.
    package static func run(arguments: [String]) async -> Int32 {
        let environment = ProcessInfo.processInfo.environment
        let allowsColour = !arguments.contains("--no-color")
        let terminal = Terminal.standard(environment: environment, allowsColour: allowsColour)
        let context = CommandContext(
            environment: environment, terminal: terminal, workingDirectory: FileManager.default.currentDirectoryPath,
            executable: OwnExecutable.path(environment: environment))
        return await run(arguments: arguments, in: context)
    }

    /// Runs with the world of `context`; the program's name is not part of `arguments`.
    package static func run(arguments: [String], in context: CommandContext) async -> Int32 {
        do {
            let (globals, rest) = try GlobalOptions.extract(from: arguments)
            if ["--version", "-V", "-v"].contains(rest.first) {
                context.terminal.line(ProductVersion.current)
                return success
            }
            if rest == ["--help"] || rest == ["-h"], context.terminal.width >= RootHelp.width {
                context.terminal.line(RootHelp.text)
                return success
            }
            if let mistake = CommandSuggestion.error(for: rest) { throw mistake }
            var command = try OpenClaw.parseAsRoot(rest)
            var inner = context
            inner.environment = globals.applied(to: context.environment)
            inner.terminal.usesColour = context.terminal.usesColour && globals.allowsColour
            try await CommandContext.$current.withValue(inner) {
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            }
            return success
        } catch {
            return report(error, arguments, context.terminal)
        }
    }

    private static func report(_ error: any Error, _ arguments: [String], _ terminal: Terminal) -> Int32 {
        switch error {
        case let error as ClawError: write(error, to: terminal)
        case let error as GatewayClientError: write(error.clawError, to: terminal)
        case let error as FileError:
            write(
                ClawError(
                    .storage, error.description,
                    hint: "Check who owns the state directory and that the disk is not full."), to: terminal)
        case is CancellationError: terminal.note("Stopped.")
        case let error as ExitCode: return error.rawValue
        default:
            let text = OpenClaw.message(for: error)
            if OpenClaw.exitCode(for: error) == .success {
                terminal.line(OpenClaw.fullMessage(for: error))
                return success
            }
            write(
                ClawError(
                    .invalidRequest, text.isEmpty ? "\(error)" : sentence(text),
                    hint: "See `\(CommandSuggestion.path(for: arguments)) --help`."), to: terminal)
        }
        return failure
    }

    /// The error on standard error: one sentence, and below it what to do.
    package static func write(_ error: ClawError, to terminal: Terminal) {
        let label = terminal.styled("error:", .error)
        terminal.note("\(label) \(TerminalText.clean(error.message))")
        if let hint = error.hint { terminal.note(TerminalText.clean(hint)) }
    }

    private static func sentence(_ text: String) -> String {
        guard let last = text.last, ![".", "!", "?"].contains(last) else { return text }
        return text + "."
    }
}
