/// Reads JSON5 (json5.org, version 1.0.0) into a tree that knows its places.
struct JSON5Parser {
    let bytes: [UInt8]
    var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    func fault(_ message: String, at offset: Int? = nil) -> JSONParseError {
        let offset = offset ?? position
        let place = JSON5Document.position(of: offset, in: bytes)
        return JSONParseError(offset: offset, line: place.line, column: place.column, message: message)
    }

    mutating func parseDocument() throws(JSONParseError) -> JSON5Node {
        if let broken = firstInvalidByte() { throw fault("invalid UTF-8", at: broken) }
        let node = try parseValue()
        try skipSpace()
        if position < bytes.count { throw fault("unexpected text after the value") }
        return node
    }

    private mutating func parseValue() throws(JSONParseError) -> JSON5Node {
        try skipSpace()
        guard let byte = current else { throw fault("unexpected end of text") }
        let start = position
        let value: JSONValue
        switch byte {
        case UInt8(ascii: "{"): return try parseObject()
        case UInt8(ascii: "["): return try parseArray()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try parseString())
        case UInt8(ascii: "t"): value = try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): value = try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): value = try parseWord("null", .null)
        default: value = try parseNumber()
        }
        return JSON5Node(content: .scalar(value), range: start..<position)
    }

    /// Reads a word that stands alone: `nullish` is not `null` with a rest.
    mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[index] else { throw fault("unexpected word", at: start) }
            position += 1
        }
        if let scalar = scalar(at: position)?.scalar, Self.continuesName(scalar) {
            throw fault("unexpected word", at: start)
        }
        return value
    }

    private mutating func enter() throws(JSONParseError) {
        depth += 1
        if depth > JSONParser.maximumDepth { throw fault("nested deeper than \(JSONParser.maximumDepth) levels") }
        position += 1
    }

    private mutating func parseArray() throws(JSONParseError) -> JSON5Node {
        let start = position
        try enter()
        defer { depth -= 1 }
        var items: [JSON5Item] = []
        while true {
            try skipSpace()
            if current == UInt8(ascii: "]") {
                position += 1
                return JSON5Node(content: .array(items), range: start..<position)
            }
            let node = try parseValue()
            let comma = try parseComma(before: UInt8(ascii: "]"), fault: "expected ',' or ']'", in: "an array")
            items.append(JSON5Item(key: nil, keyRange: nil, node: node, comma: comma))
        }
    }

    private mutating func parseObject() throws(JSONParseError) -> JSON5Node {
        let start = position
        try enter()
        defer { depth -= 1 }
        var items: [JSON5Item] = []
        var seen: Set<String> = []
        while true {
            try skipSpace()
            if current == UInt8(ascii: "}") {
                position += 1
                return JSON5Node(content: .object(items), range: start..<position)
            }
            let keyStart = position
            let key = try parseKey()
            let keyRange = keyStart..<position
            if !seen.insert(key).inserted { throw fault("duplicate key \"\(key)\"", at: keyStart) }
            try skipSpace()
            guard current == UInt8(ascii: ":") else {
                throw fault(current == nil ? "unexpected end of text in an object" : "expected ':'")
            }
            position += 1
            let node = try parseValue()
            let comma = try parseComma(before: UInt8(ascii: "}"), fault: "expected ',' or '}'", in: "an object")
            items.append(JSON5Item(key: key, keyRange: keyRange, node: node, comma: comma))
        }
    }

    /// Reads the comma after an item; nil when the container ends there.
    private mutating func parseComma(
        before closing: UInt8, fault message: String, in container: String
    ) throws(JSONParseError) -> Int? {
        try skipSpace()
        switch current {
        case UInt8(ascii: ","):
            position += 1
            return position - 1
        case closing: return nil
        case nil: throw fault("unexpected end of text in \(container)")
        default: throw fault(message)
        }
    }

    private mutating func parseKey() throws(JSONParseError) -> String {
        switch current {
        case nil: throw fault("unexpected end of text in an object")
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try parseString()
        default: return try parseName()
        }
    }
}
