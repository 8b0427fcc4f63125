/// The token by which an agent says nothing (gateway-methods §0.3). Clients must not see it, nor its beginning while it is
/// still being written.
enum SilentText {
    static let token = "NO_REPLY"

    /// Whether the whole text is the token.
    static func isToken(_ text: String) -> Bool { text.filter { !$0.isWhitespace } == token }

    /// Whether the text so far may become the token.
    static func isFragment(_ text: String) -> Bool {
        let shown = text.filter { !$0.isWhitespace }
        return shown.count >= 2 && token.hasPrefix(shown)
    }
}
