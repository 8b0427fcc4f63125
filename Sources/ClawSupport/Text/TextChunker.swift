/// Splits a long text into messages that a platform accepts.
///
/// A chunk ends at the last paragraph break that fits, else at a line break, the end of a sentence, white space, and
/// only then anywhere. A code fence that must be split is closed at the end of its chunk and opened again, with the
/// same marker and language, in the next one. No text is lost but the white space at the places where it is cut.
package struct TextChunker: Sendable, Hashable {
    /// What a platform counts.
    package enum Unit: Sendable, Hashable {
        case characters
        case utf8Bytes
    }

    /// The longest chunk, fence markers included.
    package var limit: Int
    package var unit: Unit
    /// Whether every paragraph is a chunk of its own (`chunkMode: "newline"`).
    package var splitsParagraphs: Bool

    package init(limit: Int, unit: Unit = .characters, splitsParagraphs: Bool = false) {
        self.limit = max(1, limit)
        self.unit = unit
        self.splitsParagraphs = splitsParagraphs
    }

    package func split(_ text: String) -> [String] {
        var chunks: [String] = []
        var rest = Self.trimmed(text[...])
        var reopening = ""
        while !rest.isEmpty {
            let head = nextChunk(rest, reopening: reopening)
            let body = reopening + head.text
            let trimmedBody = head.fence == nil ? String(Self.trimmed(body[...])) : body
            if !trimmedBody.isEmpty { chunks.append(trimmedBody + (head.fence.map { "\n" + $0.marker } ?? "")) }
            reopening = head.fence.map { $0.opening + "\n" } ?? ""
            rest = head.rest
        }
        return chunks
    }

    private struct Fence {
        /// The whole opening line.
        var opening: String
        /// The characters that close it.
        var marker: String
    }

    private struct Head {
        var text: Substring
        var rest: Substring
        /// The fence that is open where the head ends.
        var fence: Fence?
    }

    private func length(_ text: some StringProtocol) -> Int { unit == .characters ? text.count : text.utf8.count }

    /// The longest start of `text` that fits into `room`; at least one character.
    private func prefix(of text: Substring, room: Int) -> Substring {
        if unit == .characters { return text.prefix(max(1, room)) }
        var end = text.startIndex
        var used = 0
        for position in text.indices {
            used += text[position].utf8.count
            if used > room && end > text.startIndex { break }
            end = text.index(after: position)
            if used > room { break }
        }
        return text[..<end]
    }

    private func nextChunk(_ rest: Substring, reopening: String) -> Head {
        let room = max(1, limit - length(reopening))
        let open = reopening.isEmpty ? nil : Self.fence(openedBy: reopening.dropLast()[...])
        if splitsParagraphs, open == nil, let end = paragraphEnd(rest), length(rest[..<end]) <= room {
            return head(rest, upTo: end, fence: nil)
        }
        let window = prefix(of: rest, room: room)
        // A text that ends inside a fence that its author never closed needs no closing by us.
        if window.endIndex == rest.endIndex { return Head(text: rest, rest: rest[rest.endIndex...], fence: nil) }
        let cut = breakPosition(in: window, of: rest)
        guard let fence = Self.fence(after: rest[..<cut], open: open) else { return head(rest, upTo: cut, fence: nil) }
        // The closing line needs room of its own; a limit that leaves none splits without markers.
        let closing = length(fence.marker) + 1
        guard room > closing + length(fence.opening) + 1 else { return head(rest, upTo: cut, fence: nil) }
        let smaller = prefix(of: rest, room: room - closing)
        let earlier = breakPosition(in: smaller, of: rest, keepsSpaces: true)
        return head(rest, upTo: earlier, fence: Self.fence(after: rest[..<earlier], open: open))
    }

    private func head(_ rest: Substring, upTo cut: Substring.Index, fence: Fence?) -> Head {
        let after = rest[cut...]
        guard fence != nil else {
            return Head(text: rest[..<cut], rest: Self.trimmedStart(after), fence: nil)
        }
        var text = rest[..<cut]
        if text.last == "\n" { text = text.dropLast() }
        return Head(text: text, rest: after.first == "\n" ? after.dropFirst() : after, fence: fence)
    }

    private func paragraphEnd(_ text: Substring) -> Substring.Index? {
        var position = text.startIndex
        var open: Fence?
        while let newline = text[position...].firstIndex(of: "\n") {
            open = Self.fence(after: text[position...newline], open: open)
            let next = text.index(after: newline)
            if open == nil, next < text.endIndex, text[next] == "\n", newline > text.startIndex { return newline }
            position = next
        }
        return nil
    }

    /// Where to cut: the best break in `window`, which is the start of `text`. Breaks in the first quarter are not
    /// worth a message of their own.
    private func breakPosition(in window: Substring, of text: Substring, keepsSpaces: Bool = false) -> Substring.Index {
        if window.endIndex == text.endIndex { return window.endIndex }
        let follows = text[window.endIndex]
        if follows == "\n" { return window.endIndex }
        let floor = window.index(window.startIndex, offsetBy: window.count / 4)
        let candidates = window[floor...]
        var newline: Substring.Index?
        var sentence: Substring.Index?
        var space: Substring.Index?
        var later: Character = follows
        for position in candidates.indices.reversed() {
            let character = candidates[position]
            if character == "\n" {
                if later == "\n" { return position }
                if newline == nil { newline = position }
            } else if character.isWhitespace {
                if space == nil { space = position }
            } else if sentence == nil, later.isWhitespace, ".!?。！？".contains(character) {
                sentence = window.index(after: position)
            }
            later = character
        }
        if let newline { return newline }
        if keepsSpaces { return window.endIndex }
        if follows.isWhitespace { return sentence ?? window.endIndex }
        return sentence ?? space ?? window.endIndex
    }

    /// The fence that is open after `text`, when `open` was open before it.
    private static func fence(after text: Substring, open: Fence?) -> Fence? {
        var open = open
        for line in text.split(separator: "\n") {
            guard let opened = fence(openedBy: line) else { continue }
            guard let current = open else {
                open = opened
                continue
            }
            let bare = line.drop { $0 == " " }.drop { $0 == current.marker.first }
            if opened.marker.hasPrefix(current.marker), bare.allSatisfy(\.isWhitespace) { open = nil }
        }
        return open
    }

    private static func fence(openedBy line: Substring) -> Fence? {
        let indent = line.prefix { $0 == " " }
        guard indent.count < 4, let first = line.dropFirst(indent.count).first, first == "`" || first == "~" else {
            return nil
        }
        let marker = line.dropFirst(indent.count).prefix { $0 == first }
        guard marker.count >= 3 else { return nil }
        return Fence(opening: String(line), marker: String(marker))
    }

    private static func trimmedStart(_ text: Substring) -> Substring { text.drop(while: \.isWhitespace) }

    private static func trimmed(_ text: Substring) -> Substring {
        var kept = text
        while kept.last?.isWhitespace == true { kept.removeLast() }
        // Leading blank lines go; the indent of the first line stays.
        while let newline = kept.firstIndex(of: "\n"), kept[..<newline].allSatisfy(\.isWhitespace) {
            kept = kept[kept.index(after: newline)...]
        }
        return kept
    }
}
