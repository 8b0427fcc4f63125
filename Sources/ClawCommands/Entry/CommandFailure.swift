import ArgumentParser
import ClawClient
import ClawCore
import ClawSupport

extension ClawError.Code {
    /// The one who asked gave up.
    static let cancelled = Self("cancelled")
}

/// How a command ends that did not do what was asked.
enum CommandFailure {
    /// The person stopped it.
    case stopped
    /// What was wrong is told already.
    case told(Int32)
    /// No failure: the parser prints help this way.
    case help(String)
    case error(ClawError)

    init(_ error: any Error, arguments: [String], width: Int) {
        switch error {
        case let error as ClawError: self = .error(error)
        case let error as GatewayClientError: self = .error(error.clawError)
        case let error as FileError:
            self = .error(
                ClawError(
                    .storage, error.description,
                    hint: "Check who owns the state directory and that the disk is not full."))
        case is CancellationError: self = .stopped
        case let error as ExitCode: self = .told(error.rawValue)
        default:
            if OpenClaw.exitCode(for: error) == .success {
                self = .help(OpenClaw.fullMessage(for: error, columns: width))
            } else {
                self = .error(Self.mistake(OpenClaw.message(for: error), error, arguments))
            }
        }
    }

    /// What the parser says of a mistake in the words of the command.
    private static func mistake(_ text: String, _ error: any Error, _ arguments: [String]) -> ClawError {
        if let option = unknownOption(in: text) {
            return CommandSuggestion.unknownOption(option, in: arguments)
        }
        return ClawError(
            .invalidRequest, text.isEmpty ? "\(error)" : sentence(text),
            hint: "See `\(CommandSuggestion.path(for: arguments)) --help`.")
    }

    private static func unknownOption(in text: String) -> String? {
        let start = "Unknown option '"
        guard text.hasPrefix(start) else { return nil }
        return text.dropFirst(start.count).firstIndex(of: "'").map { String(text.dropFirst(start.count)[..<$0]) }
    }

    private static func sentence(_ text: String) -> String {
        guard let last = text.last, ![".", "!", "?"].contains(last) else { return text }
        return text + "."
    }

    /// As programs get it: `{ok: false, error: {code, message, hint}}`.
    static func json(_ error: ClawError) -> JSONValue {
        var object: JSONObject = [
            "code": .string(error.code.rawValue), "message": .string(TerminalText.clean(error.message)),
        ]
        object.set("hint", error.hint.map { TerminalText.clean($0) })
        return ["ok": false, "error": .object(object)]
    }
}
