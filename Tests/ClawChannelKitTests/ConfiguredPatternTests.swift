import ClawChannelKit
import Testing

struct ConfiguredPatternTests {
    @Test func patternsMatchWithoutRegardToCase() throws {
        let cases: [(String, String, ConfiguredPattern.Result)] = [
            ("\\bclaw\\b", "hey CLAW!", .matched), ("\\bclaw\\b", "clawed", .notMatched),
            ("^@?bot[:,]", "Bot, hi", .matched), ("ÉTÉ", "été", .matched), ("\\u0041b", "xab", .matched),
            ("日本", "in 日本 now", .matched), ("", "anything", .matched), ("a.c", "a\nc", .notMatched),
        ]
        for (pattern, text, expected) in cases {
            #expect(try ConfiguredPattern(pattern).match(text) == expected, "\(pattern)")
        }
    }

    @Test func aWrongPatternSaysWhereItIsWrong() {
        let cases: [(String, PatternFault)] = [
            ("(", PatternFault(message: "missing closing parenthesis", offset: 1)),
            ("a**+*", PatternFault(message: "quantifier does not follow a repeatable item", offset: 2)),
            ("\\C", PatternFault(message: "using \\C is disabled by the application", offset: 2)),
            (
                String(repeating: "a", count: 1001),
                PatternFault(message: "the pattern is longer than 1000 bytes", offset: 1000)
            ),
        ]
        for (pattern, fault) in cases {
            #expect(throws: fault) { try ConfiguredPattern(pattern) }
        }
        let patterns = MentionPatterns(["ok", "(", "fine"])
        #expect(patterns.faults.map(\.position) == [1])
        #expect(patterns.matches("FINE"))
        #expect(MentionPatterns(Array(repeating: "x", count: 100)).faults.map(\.position) == [64])
    }

    @Test func s60_aHostilePatternTakesABoundedNumberOfSteps() throws {
        let text = String(repeating: "a", count: 50_000) + "!"
        for source in [
            "(a+)+$", "(a|aa)+$", "(a*)*b", "([a-z]+)*\\d", "(?:a?){30}a{30}b", "(.*)(.*)(.*)(.*)x", "(?=(a+))\\1b",
        ] {
            let outcome = try ConfiguredPattern(source).matchCountingSteps(text)
            #expect(outcome.result != .matched, "\(source) took \(outcome.steps)")
            #expect(outcome.steps <= ConfiguredPattern.stepLimit + 1, "\(source): \(outcome.steps)")
        }
        #expect(try ConfiguredPattern("(a+)+$").match(text) == .limitExceeded)
        #expect(try ConfiguredPattern("(a+)+!").match("aaaa!") == .matched)
    }

    @Test func onlyTheStartOfALongTextIsLookedAt() throws {
        let pattern = try ConfiguredPattern("needle")
        let early = String(repeating: "é", count: 4000)
        #expect(pattern.match(early + "needle") == .matched)
        // The cut falls into a character of two bytes, which must not make the text invalid.
        #expect(pattern.match("x" + String(repeating: "é", count: 4096) + "needle") == .notMatched)
    }
}
