import ClawCore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks the person at the terminal for a secret, which is not shown while it is typed.
enum SecretPrompt {
    /// Nil when nobody sits at a terminal.
    static func ask(_ question: String) -> Redacted? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        // The question goes beside the output, which may be read by a program.
        try? AtomicFile.writeAll(Array("\(question): ".utf8), to: STDERR_FILENO, path: "the terminal")
        let answer = readLine(strippingNewline: true)
        try? AtomicFile.writeAll([10], to: STDERR_FILENO, path: "the terminal")
        return answer.map { Redacted($0) }
    }
}
