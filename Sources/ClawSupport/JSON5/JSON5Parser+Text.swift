extension JSON5Parser {
    /// Where the text stops being UTF-8; nil when all of it is.
    func firstInvalidByte() -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var good = 0
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&rest) { good += UTF8.width(scalar) }
        return good
    }

    /// The character that starts at a byte, and how many bytes it takes. The text is known to be valid.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, width: Int)? {
        guard offset < bytes.count else { return nil }
        if bytes[offset] < 0x80 { return (Unicode.Scalar(bytes[offset]), 1) }
        var decoder = UTF8()
        var rest = bytes[offset...].prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    /// Skips white space and comments.
    mutating func skipSpace() throws(JSONParseError) {
        while let byte = current {
            switch byte {
            case 0x20, 0x09...0x0D: position += 1
            case UInt8(ascii: "/"): try skipComment()
            case 0x80...:
                guard let next = scalar(at: position), Self.isSpace(next.scalar) else { return }
                position += next.width
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONParseError) {
        let start = position
        position += 1
        switch current {
        case UInt8(ascii: "/"):
            while let next = scalar(at: position), !Self.endsLine(next.scalar) { position += next.width }
        case UInt8(ascii: "*"):
            position += 1
            while position + 1 < bytes.count {
                if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                    position += 2
                    return
                }
                position += 1
            }
            throw fault("comment without an end", at: start)
        default: throw fault("unexpected character", at: start)
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{FEFF}" || endsLine(scalar) || scalar.properties.generalCategory == .spaceSeparator
    }

    private static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "$" || scalar == "_" || scalar.properties.isIDStart
    }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        startsName(scalar) || scalar.properties.isIDContinue || scalar == "\u{200C}" || scalar == "\u{200D}"
    }

    /// Reads an unquoted key.
    mutating func parseName() throws(JSONParseError) -> String {
        let start = position
        var name = ""
        while let next = scalar(at: position) {
            var scalar = next.scalar
            if scalar == "\\" {
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else { break }
                position += 2
                scalar = try parseUnicodeEscape()
                if !Self.continuesName(scalar) { throw fault("this character cannot stand in a key", at: start) }
            } else if Self.continuesName(scalar) {
                position += next.width
            } else {
                break
            }
            if name.isEmpty, !Self.startsName(scalar) { throw fault("expected a key", at: start) }
            name.unicodeScalars.append(scalar)
        }
        if name.isEmpty { throw fault("expected a key", at: start) }
        return name
    }

    /// Reads a string in single or double quotes.
    mutating func parseString() throws(JSONParseError) -> String {
        let opening = position
        let quote = bytes[position]
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case quote: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            case 0x0A, 0x0D: throw fault("line break in a string", at: position - 1)
            default: text.append(byte)
            }
        }
        throw fault("string without an end", at: opening)
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONParseError) {
        guard let next = scalar(at: position) else { throw fault("unexpected end of text in an escape") }
        position += next.width
        switch next.scalar {
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        case "v": text.append(0x0B)
        case "0":
            if let byte = current, (0x30...0x39).contains(byte) { throw fault("unknown escape", at: position - 1) }
            text.append(0)
        case "1"..."9": throw fault("unknown escape", at: position - 1)
        case "x": text.append(contentsOf: String(Character(Unicode.Scalar(UInt8(try parseHex(digits: 2))))).utf8)
        case "u": text.append(contentsOf: String(Character(try parseUnicodeEscape())).utf8)
        case "\r":
            if current == 0x0A { position += 1 }
        case "\n", "\u{2028}", "\u{2029}": break
        default: text.append(contentsOf: String(Character(next.scalar)).utf8)
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair; half a pair reads as U+FFFD.
    private mutating func parseUnicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let first = try parseHex(digits: 4)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let rewind = position
        position += 2
        let second = try parseHex(digits: 4)
        guard (0xDC00...0xDFFF).contains(second) else {
            position = rewind
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func parseHex(digits: Int) throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = current else { throw fault("unexpected end of text in an escape") }
            guard let digit = Self.hexValue(byte) else { throw fault("expected \(digits) hexadecimal digits") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
