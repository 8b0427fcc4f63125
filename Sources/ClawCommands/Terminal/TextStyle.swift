/// The colours of the command line, as 24-bit foregrounds; without colour every style is the plain text.
package enum TextStyle: Sendable {
    case heading
    case muted
    case success
    case warning
    case error
    case plain

    private var code: String {
        switch self {
        case .heading: "1;38;2;255;90;45"
        case .muted: "38;2;139;127;119"
        case .success: "38;2;47;191;113"
        case .warning: "38;2;255;176;32"
        case .error: "38;2;226;61;45"
        case .plain: "0"
        }
    }

    func applied(to text: String) -> String { "\u{1B}[\(code)m\(text)\u{1B}[0m" }
}
