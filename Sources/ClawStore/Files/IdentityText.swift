import ClawSupport

/// What an agent says of itself in `IDENTITY.md`: lines such as `- **Name:** Rose`. Pure.
package struct IdentityText: Sendable, Hashable {
    package var name: String?
    package var emoji: String?
    package var avatar: String?
    package var theme: String?

    /// Reads the lines that are filled in; of several for one thing the last one counts. What is empty, or a remark in
    /// brackets as templates have it, says nothing.
    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (label, value) = Self.entry(line) else { continue }
            switch label {
            case "name": name = value
            case "emoji": emoji = value
            case "avatar": avatar = value
            case "theme": theme = value
            default: break
            }
        }
    }

    private static func entry(_ line: Substring) -> (label: String, value: String)? {
        var rest = line.drop(while: \.isWhitespace)
        if let mark = rest.first, mark == "-" || mark == "*", rest.dropFirst().first?.isWhitespace == true {
            rest = rest.dropFirst()
        }
        guard let colon = rest.firstIndex(of: ":") else { return nil }
        let label = plain(rest[..<colon]).lowercased()
        let value = plain(rest[rest.index(after: colon)...])
        let isRemark = value.hasPrefix("(") && value.hasSuffix(")")
        return value.isEmpty || isRemark ? nil : (label, value)
    }

    /// Without the emphasis around it.
    private static func plain(_ text: Substring) -> String {
        func isOutside(_ character: Character) -> Bool {
            character.isWhitespace || character == "*" || character == "_" || character == "`"
        }
        var text = text.drop(while: isOutside)
        while let last = text.last, isOutside(last) { text.removeLast() }
        return String(text)
    }
}
