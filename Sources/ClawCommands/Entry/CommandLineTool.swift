import ArgumentParser
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
    package static let success = ExitStatus.done.rawValue
    package static let failure = ExitStatus.failed.rawValue

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
            inner.terminal.usesColourInRemarks = context.terminal.usesColourInRemarks && globals.allowsColour
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
        let isForPrograms = arguments.prefix { $0 != "--" }.contains("--json")
        switch CommandFailure(error, arguments: arguments, width: terminal.width) {
        case .told(let code): return code
        case .help(let text):
            terminal.line(text)
            return success
        case .stopped where isForPrograms: write(json: ClawError(.cancelled, "Stopped."), to: terminal)
        case .stopped: terminal.note("Stopped.")
        case .error(let error) where isForPrograms: write(json: error, to: terminal)
        case .error(let error): write(error, to: terminal)
        }
        return failure
    }

    /// The error on standard error: one sentence, and below it what to do.
    package static func write(_ error: ClawError, to terminal: Terminal) {
        let label = terminal.styled("error:", .error, on: .error)
        terminal.note("\(label) \(TerminalText.clean(error.message))")
        if let hint = error.hint { terminal.note(TerminalText.clean(hint)) }
    }

    /// The error on standard error, as one line of JSON.
    private static func write(json error: ClawError, to terminal: Terminal) {
        terminal.note(TerminalText.escapingControls(CommandFailure.json(error).text))
    }
}
