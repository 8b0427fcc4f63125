extension JSONValue {
    /// The value as compact JSON in UTF-8.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        write(into: &output)
        return output
    }

    /// The value as compact JSON.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as JSON with an indent of two spaces, without a newline at the end.
    package var prettyText: String {
        var output: [UInt8] = []
        writePretty(into: &output, indent: 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends the value as compact JSON.
    package func write(into output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.lexeme.utf8)
        case .string(let text): JSONWriter.write(text, into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                element.write(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for position in 0..<object.count {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSONWriter.write(object.keys[position], into: &output)
                output.append(UInt8(ascii: ":"))
                object.values[position].write(into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private func writePretty(into output: inout [UInt8], indent: Int) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSONWriter.newline(into: &output, indent: indent + 1)
                element.writePretty(into: &output, indent: indent + 1)
            }
            JSONWriter.newline(into: &output, indent: indent)
            output.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            output.append(UInt8(ascii: "{"))
            for position in 0..<object.count {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSONWriter.newline(into: &output, indent: indent + 1)
                JSONWriter.write(object.keys[position], into: &output)
                output.append(contentsOf: ": ".utf8)
                object.values[position].writePretty(into: &output, indent: indent + 1)
            }
            JSONWriter.newline(into: &output, indent: indent)
            output.append(UInt8(ascii: "}"))
        default:
            write(into: &output)
        }
    }
}

/// The parts of writing JSON that have no value of their own.
package enum JSONWriter {
    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// Appends `text` as a JSON string with its quotes. Only what must be escaped is escaped.
    package static func write(_ text: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var plainStart = 0
            for position in 0..<utf8.count {
                let byte = utf8[position]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
                output.append(contentsOf: utf8[plainStart..<position])
                escape(byte, into: &output)
                plainStart = position + 1
            }
            output.append(contentsOf: utf8[plainStart...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        default:
            output.append(contentsOf: "u00".utf8)
            output.append(hexDigits[Int(byte >> 4)])
            output.append(hexDigits[Int(byte & 15)])
        }
    }

    fileprivate static func newline(into output: inout [UInt8], indent: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
    }
}
