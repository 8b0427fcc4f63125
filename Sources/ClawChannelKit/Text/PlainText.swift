/// Markdown as a platform without formatting shows it: the words stay, the marks go.
package enum PlainText {
    /// - Parameter tables: `code` keeps tables as aligned columns, `bullets` makes a list of each, `off` leaves them.
    package static func render(_ markdown: String, tables: TableRendering) -> String {
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.init)
        var output: [String] = []
        var fence: Substring?
        var position = 0
        while position < lines.count {
            let line = lines[position]
            position += 1
            if let marker = fenceMarker(line) {
                if let open = fence {
                    if marker.hasPrefix(open) { fence = nil } else { output.append(String(line)) }
                } else {
                    fence = marker
                }
                continue
            }
            if fence != nil {
                output.append(String(line))
                continue
            }
            if tables != .off, position < lines.count, let table = PlainTable(lines, from: position - 1) {
                output += table.render(tables)
                position += table.lineCount - 1
                continue
            }
            output.append(block(line))
        }
        return output.joined(separator: "\n")
    }

    /// The marker when the line opens or closes a code fence.
    private static func fenceMarker(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        guard let first = text.first, first == "`" || first == "~" else { return nil }
        let marker = text.prefix { $0 == first }
        return marker.count >= 3 ? marker : nil
    }

    private static func block(_ line: Substring) -> String {
        let text = line.drop { $0 == " " }
        let hashes = text.prefix { $0 == "#" }
        if (1...6).contains(hashes.count), text.dropFirst(hashes.count).first == " " {
            let title = text.dropFirst(hashes.count).drop { $0 == " " }
            return inline(title)
        }
        let bare = text.filter { $0 != " " }
        if bare.count >= 3, let mark = bare.first, "-*_".contains(mark), bare.allSatisfy({ $0 == mark }) {
            return "---"
        }
        if text.hasPrefix("* ") || text.hasPrefix("+ ") {
            return "\(line.prefix { $0 == " " })- \(inline(text.dropFirst(2)))"
        }
        return inline(line)
    }

    /// The text of a line without its marks.
    static func inline(_ text: Substring) -> String {
        var scanner = InlineScanner(text)
        return scanner.render()
    }
}

/// Removes the marks of one line in a single pass over its characters.
private struct InlineScanner {
    private let characters: [Character]
    private var position = 0
    private var output = ""

    init(_ text: Substring) { characters = Array(text) }

    mutating func render() -> String {
        while position < characters.count {
            let character = characters[position]
            switch character {
            case "\\": escaped()
            case "`": code()
            case "!" where peek(1) == "[": link(start: position + 1)
            case "[": link(start: position)
            case "*", "_", "~": emphasis(character)
            default: take()
            }
        }
        return output
    }

    private func peek(_ offset: Int) -> Character? {
        let index = position + offset
        return characters.indices.contains(index) ? characters[index] : nil
    }

    private mutating func take() {
        output.append(characters[position])
        position += 1
    }

    private mutating func escaped() {
        if let next = peek(1), next.isASCII, next.isPunctuation || next.isSymbol { position += 1 }
        take()
    }

    /// The content of a code span stays as it is, without the back-ticks.
    private mutating func code() {
        let count = run(of: "`", from: position)
        var end = position + count
        while end < characters.count {
            let closing = run(of: "`", from: end)
            if closing == count {
                output.append(contentsOf: String(characters[(position + count)..<end]))
                position = end + closing
                return
            }
            end += max(1, closing)
        }
        output.append(contentsOf: String(repeating: "`", count: count))
        position += count
    }

    /// `[text](address)` reads as `text (address)`, and as the address alone when both are the same.
    private mutating func link(start: Int) {
        guard let closing = match(open: "[", close: "]", from: start), closing + 1 < characters.count,
            characters[closing + 1] == "(", let end = match(open: "(", close: ")", from: closing + 1)
        else { return take() }
        let text = PlainText.inline(Substring(String(characters[(start + 1)..<closing])))
        let inside = String(characters[(closing + 2)..<end])
        let address = inside.split(separator: " ").first.map(String.init) ?? ""
        output += text == address || address.isEmpty ? text : text.isEmpty ? address : "\(text) (\(address))"
        position = end + 1
    }

    /// Takes away marks that open or close an emphasis. A mark with white space on both sides, an underscore inside a word
    /// and a single tilde are text.
    private mutating func emphasis(_ mark: Character) {
        let count = run(of: mark, from: position)
        let before = position > 0 ? characters[position - 1] : " "
        let after = peek(count) ?? " "
        let touchesText = !before.isWhitespace || !after.isWhitespace
        let isInsideWord = isWordCharacter(before) && isWordCharacter(after)
        let isMark: Bool =
            switch mark {
            case "~": count == 2 && touchesText
            case "_": count <= 3 && touchesText && !isInsideWord && hasPartner(mark, count)
            default: count <= 3 && touchesText && hasPartner(mark, count)
            }
        if !isMark { output.append(contentsOf: String(repeating: mark, count: count)) }
        position += count
    }

    /// Whether the same run of marks stands elsewhere in the line, so that this one is half of a pair.
    private func hasPartner(_ mark: Character, _ count: Int) -> Bool {
        var index = 0
        var found = 0
        while index < characters.count && found < 2 {
            let length = run(of: mark, from: index)
            if length == count { found += 1 }
            index += max(1, length)
        }
        return found == 2
    }

    private func isWordCharacter(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private func run(of mark: Character, from start: Int) -> Int {
        var end = start
        while end < characters.count, characters[end] == mark { end += 1 }
        return end - start
    }

    private func match(open: Character, close: Character, from start: Int) -> Int? {
        var depth = 0
        for index in start..<characters.count {
            if characters[index] == open { depth += 1 }
            if characters[index] == close {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}
