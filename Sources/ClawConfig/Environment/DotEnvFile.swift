/// The lines `NAME=value` of a `.env` file.
package enum DotEnvFile {
    /// Reads the variables of a text in order. Empty lines, lines that start with `#` and lines that are no assignment are
    /// skipped; `export ` before a name is allowed. Single quotes keep the text as it is; double quotes know `\n`, `\r`,
    /// `\t`, `\"` and `\\`; both may span lines. Without quotes the value ends before ` #` and at the end of the line.
    package static func parse(_ text: String) -> [(name: String, value: String)] {
        var rest = text.unicodeScalars[...]
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
        var variables: [(name: String, value: String)] = []
        while !rest.isEmpty {
            let line = rest.prefix { $0 != "\n" }
            guard let equals = line.firstIndex(of: "="), let name = name(of: line[..<equals]) else {
                rest = rest[line.endIndex...].dropFirst()
                continue
            }
            rest = rest[rest.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
            variables.append((name, value(from: &rest)))
        }
        return variables
    }

    private static func name(of text: Substring.UnicodeScalarView) -> String? {
        var name = trimmed(text)
        if name.hasPrefix("export ") { name = trimmed(name.unicodeScalars.dropFirst(7)) }
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return nil }
        let isName = name.unicodeScalars.allSatisfy { scalar in
            scalar == "_" || ("0"..."9").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("a"..."z").contains(scalar)
        }
        return isName ? name : nil
    }

    /// Takes one value off `rest`, with the rest of its line.
    private static func value(from rest: inout Substring.UnicodeScalarView) -> String {
        if let quote = rest.first, quote == "\"" || quote == "'" || quote == "`",
            let closing = closingQuote(quote, in: rest.dropFirst())
        {
            let inner = rest[rest.index(after: rest.startIndex)..<closing]
            rest = rest[closing...].drop { $0 != "\n" }.dropFirst()
            return quote == "\"" ? unescaped(inner) : String(inner)
        }
        let line = rest.prefix { $0 != "\n" }
        rest = rest[line.endIndex...].dropFirst()
        var end = line.startIndex
        var previous: Unicode.Scalar = " "
        while end < line.endIndex, line[end] != "#" || (previous != " " && previous != "\t") {
            previous = line[end]
            end = line.index(after: end)
        }
        return trimmed(line[..<end])
    }

    private static func closingQuote(
        _ quote: Unicode.Scalar, in text: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView.Index? {
        var position = text.startIndex
        while position < text.endIndex {
            if text[position] == quote { return position }
            position = text.index(after: position)
            if quote == "\"", position < text.endIndex, text[text.index(before: position)] == "\\" {
                position = text.index(after: position)
            }
        }
        return nil
    }

    private static func unescaped(_ text: Substring.UnicodeScalarView) -> String {
        var output = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text {
            if isEscaped {
                isEscaped = false
                switch scalar {
                case "n": output.append("\n")
                case "r": output.append("\r")
                case "t": output.append("\t")
                case "\"", "\\": output.append(scalar)
                default: output.append(contentsOf: ["\\", scalar])
                }
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                output.append(scalar)
            }
        }
        if isEscaped { output.append("\\") }
        return String(output)
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\r" }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return String(text)
    }
}
