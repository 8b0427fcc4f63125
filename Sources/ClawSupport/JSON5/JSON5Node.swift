/// A JSON5 text with the place of everything in it, so that one value can be changed and every other byte stays.
package struct JSON5Document: Sendable {
    package let bytes: [UInt8]
    package let root: JSON5Node

    /// The same content without places.
    package var value: JSONValue { root.value }

    /// Reads one JSON5 value that fills all of `bytes`. Duplicate keys, trailing text and invalid UTF-8 are errors.
    package static func parse(_ bytes: [UInt8]) throws(JSONParseError) -> JSON5Document {
        var parser = JSON5Parser(bytes)
        return JSON5Document(bytes: bytes, root: try parser.parseDocument())
    }

    package static func parse(_ text: String) throws(JSONParseError) -> JSON5Document { try parse(Array(text.utf8)) }

    /// Line and column of a byte, both from 1; the column counts bytes.
    package func position(of offset: Int) -> (line: Int, column: Int) { Self.position(of: offset, in: bytes) }

    static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return (line, offset - lineStart + 1)
    }
}

/// One value of a JSON5 text and the bytes it stands in.
package struct JSON5Node: Sendable {
    package enum Content: Sendable {
        /// null, boolean, number or string. Numbers are rewritten as JSON: `0x10` is `16`, `+.5` is `0.5`, `Infinity` is
        /// `1e999` (which reads back as infinite) and `NaN` is null.
        case scalar(JSONValue)
        case array([JSON5Item])
        case object([JSON5Item])
    }

    package let content: Content
    /// The bytes of the value, brackets and quotes included.
    package let range: Range<Int>

    package var value: JSONValue {
        switch content {
        case .scalar(let value): return value
        case .array(let items): return .array(items.map(\.node.value))
        case .object(let items):
            return .object(JSONObject(items.lazy.map { ($0.key ?? "", $0.node.value) }))
        }
    }

    /// Elements or members; empty for a scalar.
    package var items: [JSON5Item] {
        switch content {
        case .scalar: []
        case .array(let items), .object(let items): items
        }
    }

    package var isObject: Bool {
        if case .object = content { true } else { false }
    }

    package var isArray: Bool {
        if case .array = content { true } else { false }
    }

    /// The bytes between the brackets of an array or object.
    package var interior: Range<Int> { range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound - 1) }

    /// The member `key` of an object.
    package func member(_ key: String) -> JSON5Item? { isObject ? items.first { $0.key == key } : nil }
}

/// An element of an array, or a member of an object with its key.
package struct JSON5Item: Sendable {
    /// The key of a member with its escapes resolved; nil for an element.
    package let key: String?
    /// The bytes of the key, with its quotes when it has any; nil for an element.
    package let keyRange: Range<Int>?
    package let node: JSON5Node
    /// Where the comma after the item stands, if there is one.
    package let comma: Int?

    /// The bytes of key and value, without the comma.
    package var range: Range<Int> { (keyRange?.lowerBound ?? node.range.lowerBound)..<node.range.upperBound }
}
