/// One changed passage with the lines around it, as people read changes.
struct TextDiff: Sendable, Hashable {
    /// From 1.
    let firstChangedLine: Int
    /// `-` and `+` lines with their numbers, three lines of context before and after.
    let text: String

    private static let context = 3
    private static let longestLine = 400

    init(before: [UInt8], after: [UInt8]) {
        let old = Self.lines(before)
        let new = Self.lines(after)
        var head = 0
        while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        firstChangedLine = head + 1
        var output: [String] = []
        for line in max(0, head - Self.context)..<head { output.append(Self.row(" ", line + 1, old[line])) }
        for line in head..<(old.count - tail) { output.append(Self.row("-", line + 1, old[line])) }
        for line in head..<(new.count - tail) { output.append(Self.row("+", line + 1, new[line])) }
        for line in (new.count - tail)..<min(new.count, new.count - tail + Self.context) {
            output.append(Self.row(" ", line + 1, new[line]))
        }
        text = output.joined(separator: "\n")
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    private static func row(_ mark: String, _ number: Int, _ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line.prefix(longestLine), as: UTF8.self)
        return "\(mark)\(number) \(text)" + (line.count > longestLine ? "…" : "")
    }
}
