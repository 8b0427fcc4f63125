import Testing

/// What may not stand in the sources, and where it may stand all the same.
enum Habits {
    struct Rule {
        let pattern: String
        let why: String
        /// Parts of paths in which the rule does not hold.
        var exempt: [String] = []
    }

    static let rules: [Rule] = [
        Rule(pattern: "@unchecked Sendable", why: "belongs in a folder Unsafe", exempt: ["/Unsafe/"]),
        Rule(pattern: "nonisolated(unsafe)", why: "belongs in a folder Unsafe", exempt: ["/Unsafe/"]),
        Rule(pattern: "@preconcurrency", why: "belongs in a folder Unsafe", exempt: ["/Unsafe/"]),
        Rule(pattern: "fatalError(", why: "a running Gateway never stops by itself"),
        Rule(pattern: " as! ", why: "a cast that fails stops the Gateway"),
        Rule(pattern: "[String: Any]", why: "decode at the edge"),
        Rule(pattern: "Task.detached", why: "every task has a parent"),
        Rule(pattern: " Task {", why: "every task has a parent"),
        Rule(pattern: "=Task {", why: "every task has a parent"),
        Rule(pattern: "DispatchQueue", why: "blocking work has threads of its own"),
    ]

    static func violations(in file: SourceFile) -> [String] {
        var found: [String] = []
        for (number, line) in file.codeLines.enumerated() {
            for rule in rules where line.contains(rule.pattern) && !rule.exempt.contains(where: file.path.contains) {
                found.append("\(file.path):\(number + 1): \(rule.pattern) – \(rule.why)")
            }
            if line.split(separator: " ").contains(where: {
                $0.hasSuffix("try?") && $0.dropLast(4).allSatisfy { !$0.isLetter }
            }), !hasReason(file, number) {
                found.append("\(file.path):\(number + 1): try? without a reason in a comment")
            }
            if line.contains("AsyncStream") || line.contains("AsyncThrowingStream"), line.contains("makeStream(") {
                let call = file.codeLines[number...min(number + 3, file.codeLines.count - 1)].joined()
                if !call.contains("bufferingPolicy") {
                    found.append("\(file.path):\(number + 1): a stream without a buffering policy")
                }
            }
        }
        return found
    }

    /// A comment on the line, or in the three lines above it.
    private static func hasReason(_ file: SourceFile, _ number: Int) -> Bool {
        (max(0, number - 3)...number).contains { file.lines[$0].contains("//") }
    }

    static func unfinished(path: String, text: String) -> [String] {
        ["TODO", "FIXME", "XXX:", "HACK", "not implemented"].filter(text.contains).map { "\(path): contains \($0)" }
    }

    /// Words in a path that name a place for everything.
    static func vagueNames(_ path: String) -> [String] {
        let vague = [
            "Utils", "Helpers", "Common", "Managers", "Util.swift", "Helper.swift", "Manager.swift", "Impl.swift",
        ]
        return vague.filter { path.contains($0) }.map { "\(path): the name \($0) says nothing" }
    }
}

struct HabitTests {
    @Test func theSourcesAreThere() {
        #expect(SourceTree.sources.count > 200)
    }

    @Test func sourcesKeepTheHabits() {
        #expect(SourceTree.sources.flatMap(Habits.violations) == [])
    }

    @Test func nothingIsLeftUnfinished() {
        let web = SourceTree.files(below: "web", endings: [".ts", ".tsx"])
        let swift = SourceTree.files(below: "Sources", endings: [".swift"])
        #expect((swift + web).flatMap { Habits.unfinished(path: $0, text: SourceTree.text($0)) } == [])
    }

    @Test func namesSayWhatThingsAre() {
        #expect(SourceTree.files(below: "Sources", endings: [".swift"]).flatMap(Habits.vagueNames) == [])
    }

    @Test func actorsStayFew() {
        let actors = SourceTree.sources.flatMap { file in
            file.codeLines.filter { line in
                let words = line.split(separator: " ")
                return words.contains("actor") && !words.contains("func") && line.contains("{")
            }
        }
        #expect(actors.count < 15)
    }

    @Test func aBrokenHabitIsSeen() {
        let planted = SourceFile(
            path: "Sources/ClawAgent/Planted.swift",
            text: "final class A: @unchecked Sendable {}\n\n\n\nlet a = try? b()\n// \"Task {\" in a comment is fine\n")
        #expect(
            Habits.violations(in: planted) == [
                "Sources/ClawAgent/Planted.swift:1: @unchecked Sendable – belongs in a folder Unsafe",
                "Sources/ClawAgent/Planted.swift:5: try? without a reason in a comment",
            ])
        #expect(Habits.unfinished(path: "a", text: "TODO later") == ["a: contains TODO"])
    }

    @Test func stringsAndCommentsAreNotCode() {
        let file = SourceFile(
            path: "a", text: "let a = \"x \\(b(\"}\")) y\" // {\nlet c = \"\"\"\n  { \\(d)\n  \"\"\"\n")
        #expect(!file.codeLines.joined().contains("{"))
        #expect(!file.codeLines.joined().contains("}"))
    }
}
