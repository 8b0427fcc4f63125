import ClawSupport

/// Shortening of texts that are too long for a model.
enum TextCut {
    /// At most about `limit` bytes of `text`: its first 70 % and last 20 %, with a note between them that says how much
    /// is missing. A text that fits is returned as it is.
    static func middle(_ text: String, limit: Int, name: String) -> String {
        let size = text.utf8.count
        if size <= limit { return text }
        let head = prefix(text, bytes: limit * 7 / 10)
        let tail = suffix(text, bytes: limit * 2 / 10)
        return
            "\(head)\n\n[\(name) shortened: \(size - head.utf8.count - tail.utf8.count) of \(size) bytes left out]\n\n"
            + tail
    }

    /// The longest start of whole characters in `bytes` bytes.
    static func prefix(_ text: String, bytes: Int) -> Substring {
        if text.utf8.count <= bytes { return text[...] }
        let end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes))
        return text[..<boundary(text, end)]
    }

    private static func suffix(_ text: String, bytes: Int) -> Substring {
        if text.utf8.count <= bytes { return text[...] }
        let start = text.utf8.index(text.endIndex, offsetBy: -max(0, bytes))
        return text[boundary(text, start)...]
    }

    /// The start of the scalar that `position` lies in.
    private static func boundary(_ text: String, _ position: String.Index) -> String.Index {
        var position = position
        while position > text.startIndex, position < text.endIndex, text.utf8[position] & 0xC0 == 0x80 {
            position = text.utf8.index(before: position)
        }
        return position
    }
}
