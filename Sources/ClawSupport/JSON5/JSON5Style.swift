/// How a JSON5 text is laid out, so that what is added looks like the rest.
struct JSON5Style {
    let newline: String
    /// One step of indentation.
    let unit: String
    /// Whether keys that may stand without quotes do.
    let bareKeys: Bool

    init(of document: JSON5Document) {
        let firstBreak = document.bytes.firstIndex(of: UInt8(ascii: "\n"))
        newline = firstBreak.map { $0 > 0 && document.bytes[$0 - 1] == UInt8(ascii: "\r") } == true ? "\r\n" : "\n"
        let first = document.root.items.first
        let indent = first.map {
            document.startsLine($0.range.lowerBound) ? document.indent(at: $0.range.lowerBound) : ""
        }
        unit = indent.flatMap { $0.isEmpty ? nil : $0 } ?? "  "
        bareKeys = Self.isBare(first?.keyRange, in: document)
    }

    private init(newline: String, unit: String, bareKeys: Bool) {
        self.newline = newline
        self.unit = unit
        self.bareKeys = bareKeys
    }

    /// The style with the quoting of the keys that stand beside the new one.
    func beside(_ item: JSON5Item?, in document: JSON5Document) -> JSON5Style {
        guard let range = item?.keyRange else { return self }
        return JSON5Style(newline: newline, unit: unit, bareKeys: Self.isBare(range, in: document))
    }

    private static func isBare(_ range: Range<Int>?, in document: JSON5Document) -> Bool {
        guard let range else { return false }
        let byte = document.bytes[range.lowerBound]
        return byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "'")
    }

    func key(_ key: String) -> String {
        let isName =
            key.unicodeScalars.first.map(JSON5Parser.startsName) == true
            && key.unicodeScalars.allSatisfy(JSON5Parser.continuesName)
        return bareKeys && isName ? key : JSONValue.string(key).text
    }

    /// The value as text; lines after the first begin with `indent`.
    func text(_ value: JSONValue, indent: String) -> String {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let inline = "[" + elements.map(\.text).joined(separator: ", ") + "]"
            if inline.utf8.count <= 80, elements.allSatisfy({ $0.arrayValue == nil && $0.objectValue == nil }) {
                return inline
            }
            return block(elements.map { text($0, indent: indent + unit) }, "[", "]", indent: indent)
        case .object(let object) where !object.isEmpty:
            return block(
                object.map { "\(key($0)): \(text($1, indent: indent + unit))" }, "{", "}", indent: indent)
        default: return value.text
        }
    }

    /// The value as text on one line.
    func lineText(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            return "[" + elements.map(lineText).joined(separator: ", ") + "]"
        case .object(let object) where !object.isEmpty:
            return "{ " + object.map { "\(key($0)): \(lineText($1))" }.joined(separator: ", ") + " }"
        default: return value.text
        }
    }

    private func block(_ lines: [String], _ opening: String, _ closing: String, indent: String) -> String {
        let separator = ",\(newline)\(indent)\(unit)"
        return "\(opening)\(newline)\(indent)\(unit)\(lines.joined(separator: separator))\(newline)\(indent)\(closing)"
    }
}
