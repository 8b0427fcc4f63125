import ClawCore

/// The text of PDF files, read by `pdftotext` (docs/decisions/0003-pdf-by-a-program.md). The file is a stranger's and its form is
/// vast, so a process reads it that has an empty environment, may write no file, and whose memory and time are bounded.
package struct PDFText: Sendable {
    private static let program = "pdftotext"
    /// Bytes of memory and seconds of the processor that the program may take.
    private static let memory = 1 << 30
    private static let seconds = 10

    private let search: String
    private let temporary: String
    private let outputLimit: Int

    /// - Parameters:
    ///   - environment: That of this process: where programs are, and where a file may lie for a moment.
    ///   - outputLimit: The most bytes of text; a file that holds more is refused.
    package init(environment: [String: String], outputLimit: Int = 16 << 20) {
        search = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        temporary = environment["TMPDIR"] ?? "/tmp"
        self.outputLimit = outputLimit
    }

    /// The text of the first `pages` pages, in the order of reading. Throws `ClawError`: `not_found` when the program is not
    /// installed, `invalid_request` for what is no PDF, cannot be read or holds no text.
    package func text(of bytes: [UInt8], pages: Int) async throws -> String {
        guard bytes.starts(with: "%PDF-".utf8) else { throw Self.refused("is no PDF file") }
        guard let reader = ExecutableSearch.find(Self.program, path: search) else {
            throw ClawError(
                .notFound, "PDF files are read by the program pdftotext, which is not installed",
                hint: "Install it: on Debian and Ubuntu it is in the package poppler-utils.")
        }
        var arguments = ["-q", "-enc", "UTF-8", "-eol", "unix", "-f", "1", "-l", "\(pages)", "-", "-"]
        var program = reader
        if let limiter = ExecutableSearch.find("prlimit", path: search) {
            arguments =
                ["--as=\(Self.memory)", "--cpu=\(Self.seconds)", "--fsize=0", "--core=0", reader] + arguments
            program = limiter
        }
        var run = ProgramRun(program, arguments, environment: [:])
        run.timeout = .seconds(Self.seconds)
        run.outputLimit = outputLimit
        run.input = bytes
        run.temporaryDirectory = temporary
        let result: ProgramRun.Result
        do {
            result = try await run.result()
        } catch let error as ClawError {
            let reason = error.code == .timeout ? "takes too long to read" : "cannot be read"
            throw ClawError(.invalidRequest, "the PDF file \(reason)", cause: error)
        }
        guard result.isSuccess else { throw Self.refused("cannot be read; it is damaged or has a password") }
        // Pages end with a form feed.
        let text = result.output.replacing("\u{0C}", with: "\n")
        if text.allSatisfy(\.isWhitespace) {
            throw Self.refused("holds no text on its first \(pages) pages; send them as images")
        }
        return text
    }

    private static func refused(_ reason: String) -> ClawError { ClawError(.invalidRequest, "the PDF file \(reason)") }
}
