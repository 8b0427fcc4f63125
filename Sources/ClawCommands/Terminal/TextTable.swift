/// Rows under headings, fitted to the width of the terminal: the widest columns give way first, and their cells wrap.
package struct TextTable: Sendable {
    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let style: TextStyle

        /// Controls in `text` are removed: cells hold what servers and people wrote.
        package init(_ text: String, _ style: TextStyle = .plain) {
            self.text = TerminalText.clean(text, isOneLine: true)
            self.style = style
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    private static let gap = 2
    private static let narrowest = 6
    private static let readable = 12

    private let headings: [String]
    private let keepsLast: Bool
    private var rows: [[Cell]] = []

    /// Empty `headings` make a table without a first line. With `keepsLast` the last column is never broken, so that what
    /// stands there can be copied; it may reach beyond the terminal's edge.
    package init(_ headings: [String] = [], keepsLast: Bool = false) {
        self.headings = headings
        self.keepsLast = keepsLast
    }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func add(_ cells: Cell...) { rows.append(cells) }

    package mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The table as lines with a newline each.
    package func rendered(for terminal: Terminal) -> String {
        let widths = fittedWidths(terminal.width)
        let needed = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1)
        if !headings.isEmpty, needed > terminal.width || isSqueezed(widths) { return stacked(for: terminal) }
        var output = ""
        if !headings.isEmpty {
            render(headings.map { Cell($0, .muted) }, widths, terminal, into: &output)
        }
        for row in rows { render(row, widths, terminal, into: &output) }
        return output
    }

    /// Every cell on lines of its own behind its heading, for what does not fit side by side.
    private func stacked(for terminal: Terminal) -> String {
        let label = headings.map { TerminalText.width($0) }.max() ?? 0
        let room = max(Self.narrowest, terminal.width - label - Self.gap)
        var groups: [String] = []
        for row in rows {
            var text = ""
            for (column, cell) in row.enumerated() where !cell.text.isEmpty {
                let heading = column < headings.count ? headings[column] : ""
                let isWhole = keepsLast && column == columnCount - 1
                let lines = isWhole ? [cell.text] : Self.wrap(cell.text, room)
                for (index, line) in lines.enumerated() {
                    let padding = label + Self.gap - (index == 0 ? TerminalText.width(heading) : 0)
                    let start = index == 0 ? terminal.styled(heading, .muted) : ""
                    text += start + String(repeating: " ", count: padding) + terminal.styled(line, cell.style) + "\n"
                }
            }
            groups.append(text)
        }
        return groups.joined(separator: "\n")
    }

    private var columnCount: Int { max(headings.count, rows.map(\.count).max() ?? 0) }

    /// Whether what must stay whole leaves so little to the others that nobody wants to read them.
    private func isSqueezed(_ widths: [Int]) -> Bool {
        keepsLast
            && widths.indices.dropLast().contains { column in
                widths[column] < Self.readable && naturalWidth(column) > Self.readable
            }
    }

    private func naturalWidth(_ column: Int) -> Int {
        let cells = rows.map { column < $0.count ? TerminalText.width($0[column].text) : 0 }
        let heading = column < headings.count ? TerminalText.width(headings[column]) : 0
        return max(heading, cells.max() ?? 0)
    }

    private func fittedWidths(_ limit: Int) -> [Int] {
        var widths = (0..<columnCount).map(naturalWidth)
        let flexible = keepsLast ? widths.indices.dropLast() : widths.indices
        var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - limit
        // What cannot fit anyway need not squeeze the others.
        if keepsLast, let last = widths.last { excess = min(excess, max(0, limit - last)) }
        while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest {
            // Down to the next widest at once, so that this ends quickly for long cells.
            let next = flexible.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
            let step = min(excess, max(1, widths[widest] - max(next, Self.narrowest)))
            widths[widest] -= step
            excess -= step
        }
        return widths
    }

    private func render(_ cells: [Cell], _ widths: [Int], _ terminal: Terminal, into output: inout String) {
        let wrapped = cells.enumerated().map { Self.wrap($1.text, widths[$0]) }
        for line in 0..<(wrapped.map(\.count).max() ?? 0) {
            var text = ""
            var pending = 0
            for (column, cell) in cells.enumerated() {
                let part = line < wrapped[column].count ? wrapped[column][line] : ""
                if !part.isEmpty {
                    text += String(repeating: " ", count: pending) + terminal.styled(part, cell.style)
                    pending = 0
                }
                pending += widths[column] - TerminalText.width(part) + Self.gap
            }
            output += text + "\n"
        }
    }

    /// Breaks at spaces where it can; a word longer than the column is cut, so that nothing is lost.
    static func wrap(_ text: String, _ width: Int) -> [String] {
        if TerminalText.width(text) <= width { return [text] }
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ") {
            let needed = TerminalText.width(word)
            if used > 0, used + 1 + needed <= width {
                line += " " + word
                used += 1 + needed
                continue
            }
            if used > 0 { lines.append(line) }
            (line, used) = cut(word, width, into: &lines)
        }
        if used > 0 { lines.append(line) }
        return lines
    }

    private static func cut(_ word: Substring, _ width: Int, into lines: inout [String]) -> (line: String, used: Int) {
        var line = ""
        var used = 0
        for character in word {
            let needed = TerminalText.width(of: character)
            if used + needed > width, used > 0 {
                let rest = afterSeparator(&line, width)
                lines.append(line)
                (line, used) = (rest, TerminalText.width(rest))
            }
            line.append(character)
            used += needed
        }
        return (line, used)
    }

    /// Leaves in `line` what ends in a separator, if that fills more than half of the column, and returns the rest.
    private static func afterSeparator(_ line: inout String, _ width: Int) -> String {
        guard let end = line.lastIndex(where: { ":/-_.,".contains($0) }) else { return "" }
        let head = line[...end]
        guard TerminalText.width(head) * 2 > width else { return "" }
        let rest = String(line[line.index(after: end)...])
        line = String(head)
        return rest
    }
}
