import ClawCommands
import ClawTestKit
import Testing

struct TextTableTests {
    private func terminal(_ width: Int, colour: Bool = false) -> Terminal {
        Terminal(width: width, usesColour: colour) { _, _ in }
    }

    private var sample: TextTable {
        var table = TextTable(["KEY", "KIND", "AGE", "MODEL", "TOKENS"])
        table.add("agent:main:main", "direct", "5m", "anthropic/claude-sonnet-4-5", "12000/200000 (6%)")
        table.add(
            "agent:work:irc:default:channel:#a-long-channel-name-without-spaces", "group", "3d",
            "a model with words in its name", "-")
        table.add("agent:日本:ü", "direct", "now", "x", "1")
        return table
    }

    @Test func tablesFitTheTerminal() {
        let text = [40, 80, 120].map { width in
            let rendered = sample.rendered(for: terminal(width))
            for line in rendered.split(separator: "\n") { #expect(TerminalText.width(line) <= width) }
            return "width \(width)\n\(rendered)"
        }
        expectGolden(text.joined(separator: "\n"), "tables.txt")
    }

    @Test func nothingIsLostWhenItWraps() {
        let narrow = sample.rendered(for: terminal(40)).filter { !$0.isWhitespace }
        let wide = sample.rendered(for: terminal(400)).filter { !$0.isWhitespace }
        #expect(narrow.sorted() == wide.sorted())
    }

    @Test func whatIsToBeCopiedIsNotBroken() {
        let id = String(repeating: "0123456789abcdef", count: 4)
        var table = TextTable(["NAME", "ID"], keepsLast: true)
        table.add("a name of many words", .init(id))
        for width in [20, 40, 80] {
            #expect(table.rendered(for: terminal(width)).contains(id))
        }
        #expect(table.rendered(for: terminal(80)) == "NAME            ID\na name of many  \(id)\nwords\n")
    }

    @Test func whatDoesNotFitSideBySideStandsBelowItsHeading() {
        let id = String(repeating: "0123456789abcdef", count: 4)
        var table = TextTable(["NAME", "ROLES", "SCOPES", "DEVICE"], keepsLast: true)
        table.add("Laptop of Ann", "operator", "admin, read, write, approvals, pairing", .init(id))
        table.add("Phone", "node", "", .init(id))
        #expect(
            table.rendered(for: terminal(40)) == """
                NAME    Laptop of Ann
                ROLES   operator
                SCOPES  admin, read, write, approvals,
                        pairing
                DEVICE  \(id)

                NAME    Phone
                ROLES   node
                DEVICE  \(id)

                """)
    }

    @Test func aLongIdDoesNotSqueezeTheRest() {
        let id = "01d53c71-a8d1-4f55-81b3-4a5394d92864-and-more-of-it"
        var table = TextTable(["KEY", "KIND", "MODEL", "ID"], keepsLast: true)
        table.add("agent:main:main", "direct", "a model with a long name", .init(id))
        #expect(
            table.rendered(for: terminal(80)) == """
                KEY    agent:main:main
                KIND   direct
                MODEL  a model with a long name
                ID     \(id)

                """)
        #expect(table.rendered(for: terminal(120)).split(separator: "\n").count == 2)
    }

    @Test(arguments: [
        ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
        (["FORCE_COLOR": "1"], false, true), (["FORCE_COLOR": "0"], false, false),
        (["FORCE_COLOR": "1", "NO_COLOR": "1"], true, false), (["TERM": "dumb"], true, false),
    ])
    func coloursAreForTerminals(_ environment: [String: String], _ isTerminal: Bool, _ expected: Bool) {
        #expect(Terminal.usesColour(environment, isTerminal: isTerminal) == expected)
    }

    @Test func remarksHaveColoursOfTheirOwn() {
        let terminal = Terminal(usesColour: false, usesColourInRemarks: true) { _, _ in }
        #expect(terminal.styled("x", .error) == "x")
        #expect(terminal.styled("x", .error, on: .error) == "\u{1B}[38;2;226;61;45mx\u{1B}[0m")
    }

    @Test func colourIsOnlyWhereItIsWanted() {
        var table = TextTable()
        table.add("state", .init("on", .success))
        #expect(table.rendered(for: terminal(80)) == "state  on\n")
        #expect(table.rendered(for: terminal(80, colour: true)) == "state  \u{1B}[38;2;47;191;113mon\u{1B}[0m\n")
    }

    @Test func cellsCannotBreakOut() {
        var table = TextTable(["A"])
        table.add(.init("x\n\u{1B}[2Jy"))
        #expect(table.rendered(for: terminal(80)) == "A\nx y\n")
    }

    @Test func anEmptyTableIsNothing() {
        #expect(TextTable().rendered(for: terminal(80)) == "")
    }

    @Test(arguments: [
        (nil, "-"), (0, "now"), (-5000, "now"), (59_000, "59s"), (60_000, "1m"), (7_200_000, "2h"), (172_800_000, "2d"),
    ])
    func agesAreShort(_ milliseconds: Int?, _ text: String) {
        #expect(AgeText.short(milliseconds) == text)
    }
}
