import ClawConfig
package import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a command writes, and what that place can show.
package struct Terminal: Sendable {
    package enum Stream: Sendable, Hashable {
        case output
        case error
    }

    /// Columns; 80 when the output is no terminal.
    package var width: Int
    /// A person watches: text may stream and browsers may open.
    package var isInteractive: Bool
    package var usesColour: Bool
    /// The same for remarks and errors, which may go elsewhere than the output.
    package var usesColourInRemarks: Bool
    private let sink: @Sendable (String, Stream) -> Void

    package init(
        width: Int = 80, isInteractive: Bool = false, usesColour: Bool = false, usesColourInRemarks: Bool = false,
        sink: @escaping @Sendable (String, Stream) -> Void
    ) {
        self.width = width
        self.isInteractive = isInteractive
        self.usesColour = usesColour
        self.usesColourInRemarks = usesColourInRemarks
        self.sink = sink
    }

    /// The terminal of this process. `COLUMNS` wins over what the terminal says; `NO_COLOR` and `--no-color` win over
    /// `FORCE_COLOR`.
    package static func standard(environment: [String: String], allowsColour: Bool) -> Terminal {
        let isInteractive = isatty(STDOUT_FILENO) == 1
        let remarksAreInteractive = isatty(STDERR_FILENO) == 1
        let columns = environment["COLUMNS"].flatMap { Int($0) } ?? (isInteractive ? windowWidth() : nil)
        return Terminal(
            width: min(max(columns ?? 80, 20), 400), isInteractive: isInteractive,
            usesColour: allowsColour && usesColour(environment, isTerminal: isInteractive),
            usesColourInRemarks: allowsColour && usesColour(environment, isTerminal: remarksAreInteractive)
        ) { text, stream in
            let descriptor = stream == .output ? STDOUT_FILENO : STDERR_FILENO
            // A reader that has gone away, as `head` does, is no fault of the command.
            try? AtomicFile.writeAll(Array(text.utf8), to: descriptor, path: "the terminal")
        }
    }

    /// Colours are for terminals, unless the environment forces or forbids them.
    package static func usesColour(_ environment: [String: String], isTerminal: Bool) -> Bool {
        let isForced = environment["FORCE_COLOR"].map { !$0.isEmpty && $0 != "0" } ?? false
        let isForbidden = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        return !isForbidden && (isTerminal || isForced)
    }

    /// The same terminal, which shows the sentinel in place of every one of these secrets.
    package func hiding(_ secrets: Set<String>) -> Terminal {
        Terminal(
            width: width, isInteractive: isInteractive, usesColour: usesColour, usesColourInRemarks: usesColourInRemarks
        ) { [sink] text, stream in
            sink(ConfigRedaction.redact(text: text, secrets: secrets), stream)
        }
    }

    private static func windowWidth() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes text that this program made.
    package func write(_ text: String) { sink(text, .output) }

    package func line(_ text: String = "") { sink(text + "\n", .output) }

    /// Writes a remark beside the output.
    package func note(_ text: String) { sink(text + "\n", .error) }

    /// Writes a value as JSON, for programs.
    package func json(_ value: JSONValue) { line(TerminalText.escapingControls(value.prettyText)) }

    /// Writes a value as one line of JSON.
    package func jsonLine(_ value: JSONValue) { line(TerminalText.escapingControls(value.text)) }

    package func styled(_ text: String, _ style: TextStyle, on stream: Stream = .output) -> String {
        let isColoured = stream == .output ? usesColour : usesColourInRemarks
        return isColoured && style != .plain ? style.applied(to: text) : text
    }

    package func heading(_ text: String) { line(styled(text, .heading)) }
}
