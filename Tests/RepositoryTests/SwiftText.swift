/// Just enough of Swift's lexical rules to look at code without its comments and strings.
enum SwiftText {
    static func blankingCommentsAndStrings(_ text: String) -> String {
        let input = Array(text.utf8)
        var output = input
        var position = 0
        func blank(_ range: Range<Int>) {
            for index in range where output[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
        }
        while position < input.count {
            if starts(input, position, "//") {
                let end = input[position...].firstIndex(of: UInt8(ascii: "\n")) ?? input.count
                blank(position..<end)
                position = end
            } else if starts(input, position, "/*") {
                var end = position + 2
                while end < input.count, !starts(input, end, "*/") { end += 1 }
                end = min(end + 2, input.count)
                blank(position..<end)
                position = end
            } else if let end = stringEnd(input, position) {
                blank(position..<end)
                position = end
            } else {
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func starts(_ input: [UInt8], _ position: Int, _ word: String) -> Bool {
        var index = position
        for byte in word.utf8 {
            guard index < input.count, input[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// The position after the string literal that starts at `position`; nil when none starts there. What is interpolated
    /// is skipped with the string.
    private static func stringEnd(_ input: [UInt8], _ position: Int) -> Int? {
        var start = position
        while start < input.count, input[start] == UInt8(ascii: "#") { start += 1 }
        guard start < input.count, input[start] == UInt8(ascii: "\"") else { return nil }
        let pounds = String(repeating: "#", count: start - position)
        let isMultiline = starts(input, start, "\"\"\"")
        let quote = isMultiline ? "\"\"\"" : "\""
        var index = start + quote.utf8.count
        var depth = 0
        while index < input.count {
            if depth == 0, starts(input, index, quote + pounds) { return index + quote.utf8.count + pounds.utf8.count }
            if starts(input, index, "\\\(pounds)(") {
                depth += 1
                index += 2 + pounds.utf8.count
                continue
            }
            if depth > 0 {
                if input[index] == UInt8(ascii: "("), depth > 0 { depth += 1 }
                if input[index] == UInt8(ascii: ")") { depth -= 1 }
                if let inner = stringEnd(input, index) {
                    index = inner
                    continue
                }
            } else if pounds.isEmpty, input[index] == UInt8(ascii: "\\") {
                index += 1
            } else if !isMultiline, input[index] == UInt8(ascii: "\n") {
                return index
            }
            index += 1
        }
        return input.count
    }
}

/// A function or initialiser with a body, as its first and last line and its parameter count tell.
struct FunctionShape: Equatable {
    let name: String
    let firstLine: Int
    let lineCount: Int
    let parameterCount: Int

    /// All functions and initialisers of a file, closures aside.
    static func all(in file: SourceFile) -> [FunctionShape] {
        let code = Array(file.codeLines.joined(separator: "\n").utf8)
        var shapes: [FunctionShape] = []
        var position = 0
        while let start = nextKeyword(in: code, from: position) {
            position = start + 4
            guard let open = firstIndex(of: UInt8(ascii: "("), in: code, from: start),
                let close = matching(open, in: code, open: UInt8(ascii: "("), close: UInt8(ascii: ")"))
            else { continue }
            let header = String(decoding: code[start..<open], as: UTF8.self)
            if header.contains("\n") || header.contains("{") || header.contains("=") { continue }
            var brace = close + 1
            while brace < code.count, code[brace] != UInt8(ascii: "{") {
                if starts(code, brace, "\n\n") || code[brace] == UInt8(ascii: "}") { break }
                brace += 1
            }
            let end =
                brace < code.count && code[brace] == UInt8(ascii: "{")
                ? matching(brace, in: code, open: UInt8(ascii: "{"), close: UInt8(ascii: "}")) ?? close : close
            shapes.append(
                FunctionShape(
                    name: header.split(separator: " ").last.map(String.init) ?? "init",
                    firstLine: line(of: start, in: code),
                    lineCount: line(of: end, in: code) - line(of: start, in: code) + 1,
                    parameterCount: parameters(code[open + 1..<close])))
        }
        return shapes
    }

    private static func nextKeyword(in code: [UInt8], from position: Int) -> Int? {
        var index = position
        while index < code.count {
            let isStart = index == 0 || code[index - 1] == UInt8(ascii: " ") || code[index - 1] == UInt8(ascii: "\n")
            if isStart, starts(code, index, "func ") || starts(code, index, "init(") || starts(code, index, "init?(") {
                return index
            }
            index += 1
        }
        return nil
    }

    private static func starts(_ code: [UInt8], _ position: Int, _ word: String) -> Bool {
        var index = position
        for byte in word.utf8 {
            guard index < code.count, code[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private static func firstIndex(of byte: UInt8, in code: [UInt8], from position: Int) -> Int? {
        code[position...].firstIndex(of: byte)
    }

    private static func matching(_ start: Int, in code: [UInt8], open: UInt8, close: UInt8) -> Int? {
        var depth = 0
        for index in start..<code.count {
            if code[index] == open { depth += 1 }
            if code[index] == close {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func line(of position: Int, in code: [UInt8]) -> Int {
        code[..<position].count { $0 == UInt8(ascii: "\n") } + 1
    }

    private static func parameters(_ list: ArraySlice<UInt8>) -> Int {
        var depth = 0
        var count = 0
        var sawText = false
        for byte in list {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "<"), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ">"): depth = max(0, depth - 1)
            case UInt8(ascii: ",") where depth == 0: count += 1
            case UInt8(ascii: " "), UInt8(ascii: "\n"): break
            default: sawText = true
            }
        }
        return sawText ? count + 1 : 0
    }
}
