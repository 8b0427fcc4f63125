import Testing

/// The table of attacks in `docs/security.md` names tests that exist, and leaves no attack of its two groups out.
struct AttackTableTests {
    /// The ids of the attacks on access and on the surface of the Gateway; they have gaps.
    private static let ids = [
        1...5, 7...12, 14...18, 20...25, 27...27, 29...35, 37...39, 41...46, 48...48, 50...56, 58...60,
    ].flatMap { $0 }.map { $0 < 10 ? "S0\($0)" : "S\($0)" }

    /// The rows of a page: the id, and what stands in the second column.
    static func rows(_ page: String) -> [(id: String, tests: [String], isAbsent: Bool)] {
        page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count == 4, let id = cells[1].split(separator: " ").first, id.first == "S",
                id.count == 3, id.dropFirst().allSatisfy(\.isNumber)
            else { return nil }
            let quoted = cells[2].split(separator: "`", omittingEmptySubsequences: false).enumerated()
            return (
                String(id), quoted.filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) },
                cells[2].contains("absent: ")
            )
        }
    }

    /// What is wrong with the rows, when these are the tests that exist.
    static func faults(_ page: String, ids: [String], functions: Set<String>) -> [String] {
        let rows = rows(page)
        var faults: [String] = []
        if rows.map(\.id) != ids { faults.append("the rows are \(rows.map(\.id)), not \(ids)") }
        for row in rows {
            if row.tests.isEmpty != row.isAbsent {
                faults.append("\(row.id): either a test or the reason why it is absent")
            }
            for test in row.tests {
                if !functions.contains(test) { faults.append("\(row.id): there is no test \(test)") }
                if !test.contains(row.id.lowercased()) { faults.append("\(row.id): \(test) does not name it") }
            }
        }
        return faults
    }

    /// Names of the functions of all tests, Swift and Python.
    private static func functions() -> Set<String> {
        var names: Set<String> = []
        for path in SourceTree.files(below: "Tests", endings: [".swift", ".py"]) {
            for line in SourceTree.text(path).split(separator: "\n") {
                for word in ["func ", "def "] {
                    guard let start = line.firstRange(of: word)?.upperBound else { continue }
                    names.insert(String(line[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
                }
            }
        }
        return names
    }

    @Test func everyAttackHasATestOrAReason() {
        let faults = Self.faults(SourceTree.text("docs/security.md"), ids: Self.ids, functions: Self.functions())
        #expect(faults == [])
    }

    @Test func aRowWithoutATestIsFound() {
        let page = """
            | Attack | Held by |
            |---|---|
            | S01 one | `s01_there` |
            | S02 two | `s02_gone` |
            | S03 three | absent: no reason |
            | S04 four | nothing |
            | S06 six | `s01_there` |
            """
        #expect(
            Self.faults(page, ids: ["S01", "S02", "S03", "S04", "S05"], functions: ["s01_there"]) == [
                #"the rows are ["S01", "S02", "S03", "S04", "S06"], not ["S01", "S02", "S03", "S04", "S05"]"#,
                "S02: there is no test s02_gone", "S04: either a test or the reason why it is absent",
                "S06: s01_there does not name it",
            ])
    }

    /// S25: outside of `Redacted` no secret is compared; `reveal` is for sending only.
    @Test func s25_secretsAreComparedInOnePlace() {
        let found = SourceTree.sources.flatMap { file in
            file.codeLines.enumerated().filter { _, line in Self.comparesASecret(line) }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(found == [])
        #expect(Self.comparesASecret("if token.reveal() == guess {") && Self.comparesASecret("a != b.reveal()"))
        #expect(!Self.comparesASecret("send(kind == .key ? token.reveal() : nil)"))
    }

    private static func comparesASecret(_ line: String) -> Bool {
        [" == ", " != "].contains { sign in
            let sides = line.split(separator: sign, omittingEmptySubsequences: false)
            return zip(sides, sides.dropFirst()).contains { left, right in
                left.hasSuffix(".reveal()") || right.prefix { $0 != " " }.contains(".reveal()")
            }
        }
    }
}
