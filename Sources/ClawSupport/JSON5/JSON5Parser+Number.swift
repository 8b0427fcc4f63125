extension JSON5Parser {
    /// Reads a number and rewrites it as JSON, so that a `JSONNumber` is JSON wherever it came from.
    mutating func parseNumber() throws(JSONParseError) -> JSONValue {
        let start = position
        var sign = ""
        if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
            if current == UInt8(ascii: "-") { sign = "-" }
            position += 1
        }
        switch current {
        case UInt8(ascii: "I"):
            return try parseWord("Infinity", .number(JSONNumber(lexeme: sign + "1e999")))
        case UInt8(ascii: "N"):
            return try parseWord("NaN", .null)
        case UInt8(ascii: "0"):
            if position + 1 < bytes.count, bytes[position + 1] | 0x20 == UInt8(ascii: "x") {
                return try parseHexNumber(sign, from: start)
            }
        case let byte? where byte == UInt8(ascii: ".") || (0x31...0x39).contains(byte): break
        default: throw fault(position == start ? "unexpected character" : "expected a digit")
        }
        return try parseDecimal(sign, from: start)
    }

    private mutating func parseHexNumber(_ sign: String, from start: Int) throws(JSONParseError) -> JSONValue {
        position += 2
        var value: UInt64 = 0
        let first = position
        while let byte = current, let digit = Self.hexValue(byte) {
            if value >> 60 != 0 { throw fault("hexadecimal number above 64 bits", at: start) }
            value = value << 4 | UInt64(digit)
            position += 1
        }
        if position == first { throw fault("expected a hexadecimal digit") }
        try endNumber()
        return .number(JSONNumber(lexeme: value == 0 ? "0" : sign + String(value)))
    }

    private mutating func parseDecimal(_ sign: String, from start: Int) throws(JSONParseError) -> JSONValue {
        var whole = digits()
        if whole.count > 1, whole.hasPrefix("0") { throw fault("number with a leading zero", at: start) }
        var fraction = ""
        if current == UInt8(ascii: ".") {
            position += 1
            fraction = digits()
            if whole.isEmpty, fraction.isEmpty { throw fault("expected a digit") }
        }
        if whole.isEmpty { whole = "0" }
        var lexeme = sign + whole + (fraction.isEmpty ? "" : "." + fraction)
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            var exponentSign = ""
            if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") {
                exponentSign = current == UInt8(ascii: "-") ? "-" : "+"
                position += 1
            }
            let exponent = digits()
            if exponent.isEmpty { throw fault("expected a digit in the exponent") }
            lexeme += "e" + exponentSign + exponent
        }
        try endNumber()
        return .number(JSONNumber(lexeme: lexeme))
    }

    private mutating func digits() -> String {
        let start = position
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func endNumber() throws(JSONParseError) {
        if let next = scalar(at: position)?.scalar, next == "." || Self.continuesName(next) {
            throw fault("unexpected character in a number")
        }
    }
}
