/// A Markdown table for platforms that have none.
struct PlainTable {
    private let header: [String]
    private let rows: [[String]]
    let lineCount: Int

    /// A table starts with a row of cells and a row of dashes.
    init?(_ lines: [Substring], from start: Int) {
        guard lines[start].contains("|"), start + 1 < lines.count, Self.isDelimiter(lines[start + 1]) else {
            return nil
        }
        header = Self.cells(lines[start])
        var end = start + 2
        var rows: [[String]] = []
        while end < lines.count, lines[end].contains("|") {
            rows.append(Self.cells(lines[end]))
            end += 1
        }
        self.rows = rows
        lineCount = end - start
    }

    func render(_ rendering: TableRendering) -> [String] {
        switch rendering {
        case .bullets: rows.map(bullet)
        case .code, .off: columns()
        }
    }

    private func bullet(_ row: [String]) -> String {
        let pairs = row.enumerated().map { position, cell in
            position < header.count && !header[position].isEmpty ? "\(header[position]): \(cell)" : cell
        }
        return "- " + pairs.joined(separator: "; ")
    }

    private func columns() -> [String] {
        let all = [header] + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            var text = ""
            for column in 0..<count {
                let cell = column < cells.count ? cells[column] : ""
                text += cell + String(repeating: " ", count: widths[column] - cell.count)
                if column < count - 1 { text += " | " }
            }
            while text.last == " " { text.removeLast() }
            return text
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "-|-")
        return [line(header), rule] + rows.map(line)
    }

    private static func isDelimiter(_ line: Substring) -> Bool {
        line.contains("-") && line.contains("|") && line.allSatisfy { "|-: \t".contains($0) }
    }

    private static func cells(_ line: Substring) -> [String] {
        var text = line.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        if text.first == "|" { text.removeFirst() }
        if text.last == "|" { text.removeLast() }
        return text.split(separator: "|", omittingEmptySubsequences: false).map { cell in
            var cell = cell.drop { $0 == " " }
            while cell.last == " " { cell.removeLast() }
            return PlainText.inline(cell)
        }
    }
}
