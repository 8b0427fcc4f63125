/// Text from elsewhere made safe for a terminal, and how wide it is there.
package enum TerminalText {
    /// The text without escape sequences and other controls, so that nothing from a server or a chat can move the cursor,
    /// retitle the window or hide words. Newlines and tabs stay unless `isOneLine`, where each becomes a space.
    package static func clean(_ text: String, isOneLine: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isPlain { return text }
        var output = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\u{1B}": skipSequence(&rest)
            case "\u{9B}": skipParameters(&rest)
            case "\n", "\t": output.append(isOneLine ? " " : scalar)
            case _ where isControl(scalar): break
            default: output.append(scalar)
            }
        }
        return String(output)
    }

    /// JSON text whose controls beyond ASCII are written as escapes; it means the same.
    package static func escapingControls(_ json: String) -> String {
        if json.utf8.allSatisfy({ $0 < 0x7F }) { return json }
        var output = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            guard scalar != "\n", isControl(scalar) else {
                output.append(scalar)
                continue
            }
            let hex = String(scalar.value, radix: 16)
            output.append(contentsOf: "\\u\(String(repeating: "0", count: max(0, 4 - hex.count)))\(hex)".unicodeScalars)
        }
        return String(output)
    }

    /// C0 and C1 controls, and the marks that turn the direction of what follows.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    private static func skipSequence(_ rest: inout Substring.UnicodeScalarView) {
        switch rest.first {
        case "[":
            rest.removeFirst()
            skipParameters(&rest)
        case "]", "P", "X", "^", "_":
            rest.removeFirst()
            while let scalar = rest.popFirst(), scalar != "\u{07}", scalar != "\u{9C}" {
                if scalar == "\u{1B}" {
                    if rest.first == "\\" { rest.removeFirst() }
                    return
                }
            }
        case let scalar? where scalar.value >= 0x20 && scalar.value < 0x7F: rest.removeFirst()
        default: break
        }
    }

    /// The rest of a control sequence: parameters, then one letter.
    private static func skipParameters(_ rest: inout Substring.UnicodeScalarView) {
        while let scalar = rest.first, scalar.value >= 0x20, scalar.value < 0x7F {
            rest.removeFirst()
            if scalar.value >= 0x40 { return }
        }
    }

    /// Columns that `text` takes; wide East Asian characters and emoji take two.
    package static func width(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        let asksForEmoji = character.unicodeScalars.contains { $0.value == 0xFE0F }
        if asksForEmoji || first.properties.isEmojiPresentation { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
