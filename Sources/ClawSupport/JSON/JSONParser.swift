/// Why a text is not JSON, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Byte offset of the fault.
    package let offset: Int
    /// Line and column of the fault, both from 1; the column counts bytes.
    package let line: Int
    package let column: Int
    package let message: String

    package init(offset: Int, line: Int, column: Int, message: String) {
        self.offset = offset
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String { "\(message) at line \(line), column \(column)" }
}

/// Reads JSON (RFC 8259) from bytes.
package struct JSONParser {
    /// How much disorder is accepted.
    package enum Mode: Sendable {
        /// For the wire and configuration: a duplicate key, trailing bytes or invalid UTF-8 is an error.
        case strict
        /// For transcripts and provider output: the last duplicate wins and broken text is repaired with U+FFFD.
        case lenient
    }

    /// Nesting beyond this is an error, so that a hostile text cannot exhaust the stack.
    package static let maximumDepth = 200

    private let bytes: [UInt8]
    private let mode: Mode
    private var position = 0
    private var depth = 0

    /// Parses one value that fills all of `bytes` (white space around it allowed).
    package static func parse(_ bytes: [UInt8], mode: Mode = .strict) throws(JSONParseError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, mode: mode)
        let value = try parser.parseValue()
        parser.skipWhitespace()
        if parser.position < bytes.count { throw parser.fault("unexpected text after the value") }
        return value
    }

    package static func parse(_ text: String, mode: Mode = .strict) throws(JSONParseError) -> JSONValue {
        try parse(Array(text.utf8), mode: mode)
    }

    private init(bytes: [UInt8], mode: Mode) {
        self.bytes = bytes
        self.mode = mode
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func fault(_ message: String, at offset: Int? = nil) -> JSONParseError {
        let offset = offset ?? position
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return JSONParseError(offset: offset, line: line, column: offset - lineStart + 1, message: message)
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func parseValue() throws(JSONParseError) -> JSONValue {
        skipWhitespace()
        guard let byte = current else { throw fault("unexpected end of text") }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default: throw fault("unexpected character")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count else { throw fault("unexpected end of text", at: bytes.count) }
        for index in 0..<length where bytes[position + index] != word.utf8Start[index] {
            throw fault("unexpected word")
        }
        position += length
        return value
    }

    private mutating func enter() throws(JSONParseError) {
        depth += 1
        if depth > Self.maximumDepth { throw fault("nested deeper than \(Self.maximumDepth) levels") }
        position += 1
        skipWhitespace()
    }

    private mutating func parseArray() throws(JSONParseError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try parseValue())
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            case nil: throw fault("unexpected end of text in an array")
            default: throw fault("expected ',' or ']'")
            }
        }
    }

    private mutating func parseObject() throws(JSONParseError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(object)
        }
        while true {
            skipWhitespace()
            guard current == UInt8(ascii: "\"") else { throw fault("expected a key in double quotes") }
            let keyStart = position
            let key = try parseString()
            if mode == .strict, object.contains(key) { throw fault("duplicate key \"\(key)\"", at: keyStart) }
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw fault("expected ':'") }
            position += 1
            object[key] = try parseValue()
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(object)
            case nil: throw fault("unexpected end of text in an object")
            default: throw fault("expected ',' or '}'")
            }
        }
    }

    private mutating func parseNumber() throws(JSONParseError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else if skipDigits() == 0 {
            throw fault("expected a digit")
        }
        if current == UInt8(ascii: ".") {
            position += 1
            if skipDigits() == 0 { throw fault("expected a digit after '.'") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            if skipDigits() == 0 { throw fault("expected a digit in the exponent") }
        }
        return .number(JSONNumber(lexeme: String(decoding: bytes[start..<position], as: UTF8.self)))
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }
}

extension JSONParser {
    private mutating func parseString() throws(JSONParseError) -> String {
        let opening = position
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try decode(bytes[start..<position], from: start)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start, opening: opening) }
            if byte < 0x20 { throw fault("control character in a string") }
            position += 1
        }
        throw fault("string without an end", at: opening)
    }

    private func decode(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONParseError) -> String {
        if mode == .lenient { return String(decoding: slice, as: UTF8.self) }
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw fault("invalid UTF-8 in a string", at: start)
        }
        return text
    }

    /// The slower path, taken from the first escape on: builds the text byte by byte.
    private mutating func parseEscapedString(from start: Int, opening: Int) throws(JSONParseError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try decode(text[...], from: start)
            case UInt8(ascii: "\\"):
                position += 1
                try parseEscape(into: &text)
            case 0..<0x20:
                throw fault("control character in a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw fault("string without an end", at: opening)
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONParseError) {
        guard let byte = current else { throw fault("unexpected end of text in an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try parseUnicodeEscape()).utf8)
        default: throw fault("unknown escape", at: position - 1)
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair; half a pair reads as U+FFFD.
    private mutating func parseUnicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let first = try parseHex4()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 6 <= bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let rewind = position
        position += 2
        let second = try parseHex4()
        guard second >= 0xDC00, second <= 0xDFFF else {
            position = rewind
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func parseHex4() throws(JSONParseError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw fault("unexpected end of text in an escape") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue, bytes[position] < 0x80 else {
                throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
