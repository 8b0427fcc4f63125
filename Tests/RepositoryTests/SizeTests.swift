import Testing

/// How large a file and a function may grow.
enum Size {
    static let softFileLines = 400
    static let hardFileLines = 600
    static let functionLines = 60
    static let parameters = 8

    /// Files that may exceed the soft limit, each with its reason.
    static let reasons: [String: String] = [:]

    static func violations(path: String, lineCount: Int) -> [String] {
        if lineCount > hardFileLines { return ["\(path): \(lineCount) lines, more than \(hardFileLines)"] }
        if lineCount > softFileLines, reasons[path] == nil {
            return ["\(path): \(lineCount) lines, more than \(softFileLines) without a listed reason"]
        }
        return []
    }

    static func functionViolations(in file: SourceFile) -> [String] {
        FunctionShape.all(in: file).flatMap { shape in
            var found: [String] = []
            if shape.lineCount > functionLines {
                found.append("\(file.path):\(shape.firstLine): \(shape.name) has \(shape.lineCount) lines")
            }
            if shape.parameterCount > parameters {
                found.append("\(file.path):\(shape.firstLine): \(shape.name) has \(shape.parameterCount) parameters")
            }
            return found
        }
    }
}

struct SizeTests {
    @Test func filesStaySmall() {
        let swift = SourceTree.sources.flatMap { Size.violations(path: $0.path, lineCount: $0.lines.count) }
        let web = SourceTree.files(below: "web", endings: [".ts", ".tsx"]).flatMap { path in
            Size.violations(path: path, lineCount: SourceTree.text(path).split(separator: "\n").count)
        }
        #expect(swift + web == [])
    }

    @Test func functionsStaySmall() {
        #expect(SourceTree.sources.flatMap(Size.functionViolations) == [])
    }

    @Test func aLongFunctionIsSeen() {
        let body = (0..<70).map { "    print(\($0))" }.joined(separator: "\n")
        let planted = SourceFile(path: "Sources/X/Y.swift", text: "func long(a: Int, b: [String: Int]) {\n\(body)\n}\n")
        #expect(Size.functionViolations(in: planted) == ["Sources/X/Y.swift:1: long has 72 lines"])
    }

    @Test func manyParametersAreSeen() {
        let planted = SourceFile(
            path: "Sources/X/Y.swift",
            text: "init(a: Int, b: Int, c: (Int, Int), d: Int, e: Int, f: Int, g: Int, h: Int, i: Int) {\n}\n")
        #expect(Size.functionViolations(in: planted).count == 1)
    }

    @Test func longFilesAreSeen() {
        #expect(Size.violations(path: "a", lineCount: 401).count == 1)
        #expect(Size.violations(path: "a", lineCount: 400).isEmpty)
    }
}
