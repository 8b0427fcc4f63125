import ClawCommands
import ClawSupport
import Testing

struct TerminalTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("a\u{1B}]0;title\u{07}b", "ab"),
        ("a\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\b", "alinkb"), ("a\u{9B}31mb", "ab"),
        ("a\u{08}\u{08}b\u{7F}", "ab"), ("one\r\ntwo\tthree", "one\ntwo\tthree"), ("a\u{202E}b\u{2066}c", "abc"),
        ("\u{1B}", ""), ("\u{1B}[", ""), ("\u{1B}[12;", ""), ("\u{1B}P payload \u{1B}\\x", "x"), ("\u{1B}cx", "x"),
        ("ünï 日本 👍", "ünï 日本 👍"), ("a\u{1B}\u{1B}[31mb", "ab"), ("\u{1B}]0;never ends", ""),
    ])
    func controlsDoNotReachTheTerminal(_ text: String, _ expected: String) {
        #expect(TerminalText.clean(text) == expected)
    }

    @Test func aCellIsOneLine() {
        #expect(TerminalText.clean("a\nb\tc\u{85}d", isOneLine: true) == "a b cd")
    }

    @Test func nothingLeavesAControlBehind() {
        var state: UInt64 = 7
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let picks: [Unicode.Scalar] = [
                    "\u{1B}", "[", "]", "m", "3", ";", "\u{07}", "\u{9B}", "\\", "P", "a", "\u{202E}",
                ]
                text.append(picks[Int(state >> 33) % picks.count])
            }
            let clean = TerminalText.clean(String(text))
            #expect(clean.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
        }
    }

    @Test func jsonKeepsItsMeaning() throws {
        let value: JSONValue = ["a": "x\u{9B}31m\u{202E}y\u{7F}", "b": "ü"]
        let text = TerminalText.escapingControls(value.prettyText)
        #expect(text.contains(#""x\u009b31m\u202ey\u007f""#))
        #expect(try JSONParser.parse(text) == value)
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("👍", 2), ("e\u{301}", 1), ("", 0), ("❤️", 2), ("ü", 1)])
    func widthsAreThoseOfTheTerminal(_ text: String, _ width: Int) {
        #expect(TerminalText.width(text) == width)
    }
}
