package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Questions to the person at the terminal. They need no colours and no cursor, so that they work everywhere.
package struct Prompt: Sendable {
    /// Whether somebody sits there. Without anybody nothing may be asked.
    package var isInteractive: Bool
    /// Asks, and reads one line; a hidden one is not shown while it is typed. Nil at the end of the input. Throws
    /// `CancellationError` when the person gives up.
    package typealias Reader = @Sendable (_ isHidden: Bool, _ ask: () -> Void) throws -> String?

    private let readLine: Reader

    package init(isInteractive: Bool, readLine: @escaping Reader) {
        self.isInteractive = isInteractive
        self.readLine = readLine
    }

    /// The terminal that this process was started from.
    package static let standard = Prompt(isInteractive: isatty(STDIN_FILENO) == 1) { isHidden, ask in
        if isHidden, isatty(STDIN_FILENO) == 1 { return try HiddenLine.read(ask) }
        ask()
        return Swift.readLine(strippingNewline: true)
    }

    /// All of the input, for a secret that another program hands over; without the newline at its end.
    package func piped() throws -> String? { try readLine(true) {} }

    private static let needed = "This needs an answer. Ctrl-C stops, and nothing is written."

    /// Asks for a text; what stands in brackets is taken when the person only presses Enter.
    package func text(_ question: String, initially initial: String? = nil, on terminal: Terminal) throws -> String {
        while true {
            let remark = initial.map { " [\($0)]" } ?? ""
            guard
                let line = try readLine(
                    false, { terminal.write("\(terminal.styled("?", .heading)) \(question)\(remark): ") })
            else { throw CancellationError() }
            let text = line.trimmingWhitespace
            if let answer = text.isEmpty ? initial : text { return answer }
            terminal.line(Self.needed)
        }
    }

    /// Asks for a secret, which is not shown.
    package func secret(_ question: String, on terminal: Terminal) throws -> Redacted {
        while true {
            let line = try readLine(true) {
                terminal.write("\(terminal.styled("?", .heading)) \(question) (not shown): ")
            }
            guard let line else { throw CancellationError() }
            terminal.line()
            let text = line.trimmingWhitespace
            if !text.isEmpty { return Redacted(text) }
            terminal.line(Self.needed)
        }
    }

    /// Asks for yes or no.
    package func confirm(_ question: String, initially initial: Bool, on terminal: Terminal) throws -> Bool {
        while true {
            guard
                let line = try readLine(
                    false,
                    { terminal.write("\(terminal.styled("?", .heading)) \(question) [\(initial ? "Y/n" : "y/N")]: ") })
            else { throw CancellationError() }
            switch line.trimmingWhitespace.lowercased() {
            case "": return initial
            case "y", "yes": return true
            case "n", "no": return false
            default: terminal.line("Answer y or n.")
            }
        }
    }

    /// Lets the person choose one of `options` by its number; the first is taken on Enter.
    package func choice(_ question: String, _ options: [String], on terminal: Terminal) throws -> Int {
        terminal.line("\(terminal.styled("?", .heading)) \(question)")
        for (index, option) in options.enumerated() {
            terminal.line("  \(index + 1). \(TerminalText.clean(option, isOneLine: true))")
        }
        while true {
            guard let line = try readLine(false, { terminal.write("  Number [1]: ") }) else {
                throw CancellationError()
            }
            let text = line.trimmingWhitespace
            if text.isEmpty { return 0 }
            if let number = Int(text), options.indices.contains(number - 1) { return number - 1 }
            terminal.line("  Answer a number from 1 to \(options.count).")
        }
    }
}

/// A line that is read without showing it, key by key, so that Ctrl-C leaves the terminal as it was.
private enum HiddenLine {
    /// Asks when nothing is shown any more, so that what is typed at once is not shown either.
    static func read(_ ask: () -> Void) throws -> String? {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &hidden) == 0 else { return nil }
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &shown) }
        ask()
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = readByte(&byte)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
            switch byte {
            case 3: throw CancellationError()
            case 4 where line.isEmpty: return nil
            case 10, 13: return String(decoding: line, as: UTF8.self)
            case 8, 127: if !line.isEmpty { line.removeLast() }
            case 21: line = []
            default: if byte >= 32 { line.append(byte) }
            }
        }
    }
}

private func readByte(_ byte: inout UInt8) -> Int {
    withUnsafeMutableBytes(of: &byte) { read(STDIN_FILENO, $0.baseAddress, 1) }
}
