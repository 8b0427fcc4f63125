/// Values as systemd's unit files write them (systemd.syntax(7), systemd.exec(5)).
enum SystemdText {
    /// A word in double quotes where it needs them. `%` is doubled, since it begins a specifier. `isArgument` also doubles `$`,
    /// which in a command line begins a variable, though not in the program's own path.
    static func quoted(_ word: String, isArgument: Bool) -> String {
        var text = ""
        var needsQuotes = word.isEmpty
        for character in word.unicodeScalars {
            switch character {
            case "\\", "\"":
                text += "\\\(character)"
                needsQuotes = true
            case "%": text += "%%"
            case "$" where isArgument: text += "$$"
            case " ", "'", ";", "#", "\t":
                text.unicodeScalars.append(character)
                needsQuotes = true
            default: text.unicodeScalars.append(character)
            }
        }
        return needsQuotes ? "\"\(text)\"" : text
    }

    /// The words of a setting, with quotes and escapes resolved. Lenient: it reads what others wrote.
    static func words(_ text: String, isCommand: Bool) -> [String] {
        var words: [String] = []
        var word = ""
        var isInside = false
        var quote: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\":
                isInside = true
                if let next = rest.popFirst() { word.unicodeScalars.append(unescaped(next)) }
            case "\"" where quote != "'", "'" where quote != "\"":
                isInside = true
                quote = quote == nil ? scalar : nil
            case " ", "\t":
                if quote != nil {
                    word.unicodeScalars.append(scalar)
                } else if isInside {
                    words.append(word)
                    (word, isInside) = ("", false)
                }
            default:
                isInside = true
                word.unicodeScalars.append(scalar)
                let isDoubled = scalar == "%" || isCommand && scalar == "$" && !words.isEmpty
                if isDoubled, rest.first == scalar { rest.removeFirst() }
            }
        }
        return isInside ? words + [word] : words
    }

    private static func unescaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "n": "\n"
        case "t": "\t"
        case "s": " "
        default: scalar
        }
    }
}
