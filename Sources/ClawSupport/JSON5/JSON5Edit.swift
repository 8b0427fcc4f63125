/// Changes of one place that leave every other byte of the text, comments included, as it is.
extension JSON5Document {
    /// The text with `node` replaced by `value`.
    package func replacing(_ node: JSON5Node, with value: JSONValue) -> [UInt8] {
        let style = JSON5Style(of: self).beside(node.items.first, in: self)
        return splicing(node.range, style.text(value, indent: indent(at: node.range.lowerBound)))
    }

    /// The text with a new last member in `object`, which has no member of that key.
    package func inserting(_ key: String, _ value: JSONValue, into object: JSON5Node) -> [UInt8] {
        let style = JSON5Style(of: self).beside(object.items.last, in: self)
        return adding("\(style.key(key)): ", value, to: object, style)
    }

    /// The text with a new last element in `array`.
    package func appending(_ value: JSONValue, to array: JSON5Node) -> [UInt8] {
        adding("", value, to: array, JSON5Style(of: self))
    }

    private func adding(
        _ key: String, _ value: JSONValue, to container: JSON5Node, _ style: JSON5Style
    ) -> [UInt8] {
        let outer = indent(at: container.range.lowerBound)
        guard let last = container.items.last else {
            let inner = outer + style.unit
            let end = trimmedEnd(container.interior.upperBound, from: container.interior.lowerBound)
            let text = "\(style.newline)\(inner)\(key)\(style.text(value, indent: inner))\(style.newline)\(outer)"
            return splicing(end..<container.interior.upperBound, text)
        }
        let tail = lineTail(from: (last.comma ?? last.node.range.upperBound - 1) + 1)
        let comma = last.comma == nil ? "" : ","
        let text: String
        if tail.endsLine {
            let inner =
                startsLine(last.range.lowerBound) ? indent(at: last.range.lowerBound) : outer + style.unit
            text = "\(style.newline)\(inner)\(key)\(style.text(value, indent: inner))\(comma)"
        } else {
            text = " \(key)\(style.lineText(value))\(comma)"
        }
        var output = Array(bytes[..<last.node.range.upperBound])
        if last.comma == nil { output.append(UInt8(ascii: ",")) }
        output.append(contentsOf: bytes[last.node.range.upperBound..<tail.offset])
        output.append(contentsOf: text.utf8)
        output.append(contentsOf: bytes[tail.offset...])
        return output
    }

    /// The text without the item at `index` of `container`. An item that has its lines for itself goes with them and with
    /// the comment behind it; comments on other lines stay.
    package func removing(at index: Int, from container: JSON5Node) -> [UInt8] {
        let item = container.items[index]
        var start = item.range.lowerBound
        var end = (item.comma ?? item.node.range.upperBound - 1) + 1
        let tail = lineTail(from: end)
        if startsLine(start), tail.endsLine, let next = lineEnd(tail.offset) {
            start = lineStart(start)
            end = next
        } else if item.comma != nil, !tail.endsLine {
            while end < bytes.count, Self.isBlank(bytes[end]) { end += 1 }
        } else {
            while start > container.interior.lowerBound, Self.isBlank(bytes[start - 1]) { start -= 1 }
        }
        var output = bytes[..<start]
        if item.comma == nil, index > 0, let orphan = container.items[index - 1].comma { output.remove(at: orphan) }
        output.append(contentsOf: bytes[end...])
        return Array(output)
    }

    /// Whether the brackets of `container` hold nothing but white space, so that it may go as a whole.
    package func isBare(_ container: JSON5Node) -> Bool {
        trimmedEnd(container.interior.upperBound, from: container.interior.lowerBound) == container.interior.lowerBound
    }

    private func splicing(_ range: Range<Int>, _ text: String) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(text.utf8) + bytes[range.upperBound...]
    }
}

extension JSON5Document {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private func lineStart(_ offset: Int) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// The white space at the start of the line that holds `offset`.
    func indent(at offset: Int) -> String {
        let start = lineStart(offset)
        return String(decoding: bytes[start..<offset].prefix(while: Self.isBlank), as: UTF8.self)
    }

    /// Whether only white space stands before `offset` on its line.
    func startsLine(_ offset: Int) -> Bool { bytes[lineStart(offset)..<offset].allSatisfy(Self.isBlank) }

    private func trimmedEnd(_ end: Int, from start: Int) -> Int {
        var end = end
        while end > start, Self.isBlank(bytes[end - 1]) || bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// The offset after the line break at `offset`; nil when another kind of line end stands there.
    private func lineEnd(_ offset: Int) -> Int? {
        var offset = offset
        if offset < bytes.count, bytes[offset] == 0x0D { offset += 1 }
        return offset < bytes.count && bytes[offset] == 0x0A ? offset + 1 : nil
    }

    /// Follows white space and comments to the end of the line. `offset` is that end, or where other text of the line (or a
    /// comment that goes on in the next line) leaves off; white space before that text is not skipped.
    private func lineTail(from start: Int) -> (offset: Int, endsLine: Bool) {
        var kept = start
        var offset = start
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09: offset += 1
            case 0x0A, 0x0D: return (offset, true)
            case UInt8(ascii: "/") where bytes[offset + 1] == UInt8(ascii: "/"):
                while offset < bytes.count, !endsLine(offset) { offset += 1 }
                return (offset, true)
            case UInt8(ascii: "/"):
                offset += 2
                while bytes[offset] != UInt8(ascii: "*") || bytes[offset + 1] != UInt8(ascii: "/") {
                    if endsLine(offset) { return (kept, false) }
                    offset += 1
                }
                offset += 2
                kept = offset
            default: return (kept, false)
            }
        }
        return (kept, false)
    }

    /// Line feed, carriage return, U+2028 or U+2029.
    private func endsLine(_ offset: Int) -> Bool {
        switch bytes[offset] {
        case 0x0A, 0x0D: return true
        case 0xE2:
            return offset + 2 < bytes.count && bytes[offset + 1] == 0x80 && bytes[offset + 2] | 1 == 0xA9
        default: return false
        }
    }
}
