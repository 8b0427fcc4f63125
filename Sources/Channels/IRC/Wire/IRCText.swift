/// Text without what only terminals and mIRC understand.
enum IRCText {
    /// Removes colours, styles and every other control character; a tab becomes a space.
    static func stripped(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        var position = 0
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            switch scalar.value {
            case 0x03: position = skipColour(scalars, from: position)
            case 0x04: position = skipHexColour(scalars, from: position)
            case 0x09: output.append(" ")
            case 0x00..<0x20, 0x7F..<0xA0: continue
            default: output.append(scalar)
            }
        }
        return String(output)
    }

    /// Up to two digits, and a comma with up to two more when digits follow it.
    private static func skipColour(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        let end = skip(scalars, from: start, atMost: 2, isDigit)
        guard end > start, end + 1 < scalars.count, scalars[end] == ",", isDigit(scalars[end + 1]) else { return end }
        return skip(scalars, from: end + 1, atMost: 2, isDigit)
    }

    private static func skipHexColour(_ scalars: [Unicode.Scalar], from start: Int) -> Int {
        let end = skip(scalars, from: start, atMost: 6, isHexDigit)
        guard end == start + 6 else { return start }
        guard end < scalars.count, scalars[end] == "," else { return end }
        let second = skip(scalars, from: end + 1, atMost: 6, isHexDigit)
        return second == end + 7 ? second : end
    }

    private static func skip(
        _ scalars: [Unicode.Scalar], from start: Int, atMost count: Int, _ matches: (Unicode.Scalar) -> Bool
    ) -> Int {
        var end = start
        while end < scalars.count, end - start < count, matches(scalars[end]) { end += 1 }
        return end
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isHexDigit(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
    }
}
