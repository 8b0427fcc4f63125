import ClawChannelKit
import ClawCore
import ClawTestKit
import Testing

@testable import IRCChannel

struct IRCOutboundTests {
    private static let answer = """
        # Title

        Some **bold** and *plain* text with `code`, a [link](https://example.org) and snake_case_name.

        * one
        * two

        ```swift
        let a = 1   // kept
        ```

        | Name | Age |
        |------|-----|
        | Ann  | 7   |
        | Bo   | 42  |

        > quote\u{7}\u{1}
        """

    @Test func markdownBecomesPlainLines() {
        let lines = IRCOutbound.lines(Self.answer, target: "#room", sourceLength: nil, tables: .code)
        let bullets = IRCOutbound.lines(Self.answer, target: "#room", sourceLength: nil, tables: .bullets)
        expectGolden(
            lines.joined(separator: "\n") + "\n--- bullets\n" + bullets.joined(separator: "\n") + "\n",
            "irc-outbound.txt")
    }

    @Test func everyLineFitsWhateverTheTextIs() throws {
        let texts = [
            String(repeating: "word ", count: 1000), String(repeating: "x", count: 3000),
            String(repeating: "日本語", count: 500), String(repeating: "👨‍👩‍👧‍👦 ", count: 200),
            "e" + String(repeating: "\u{301}", count: 2000), "a\rb\r\nc\nd\u{2028}e",
        ]
        for text in texts {
            let target = "#a-room-with-a-rather-long-name-of-fifty-characters"
            let lines = IRCOutbound.lines(text, target: target, sourceLength: 90, tables: .off)
            for line in lines {
                #expect(line.utf8.count <= IRCOutbound.textLimit)
                #expect(try IRCMessage("PRIVMSG", target, line).encoded().count + 91 <= 512)
            }
            let kept = lines.joined().unicodeScalars.filter { !$0.properties.isWhitespace }
            let given = text.unicodeScalars.filter { !$0.properties.isWhitespace }
            #expect(String(String.UnicodeScalarView(kept)) == String(String.UnicodeScalarView(given)))
        }
    }

    @Test func commandsCannotBeSmuggled() throws {
        let lines = IRCOutbound.lines(
            "hello\r\nQUIT :bye\0\u{1}VERSION\u{1}", target: "a", sourceLength: 20, tables: .off)
        #expect(lines == ["hello", "QUIT :byeVERSION"])
        for line in lines {
            let text = String(decoding: try IRCMessage("PRIVMSG", "a", line).encoded(), as: UTF8.self)
            #expect(text == "PRIVMSG a :\(line)\r\n")
        }
    }

    @Test func onlyRealTargetsAreTaken() {
        #expect(IRCOutbound.target(Peer(kind: .group, id: "#room")) == "#room")
        #expect(IRCOutbound.target(Peer(kind: .direct, id: "alice")) == "alice")
        for id in ["", "a b", "a,b", "#a,#b", ":x", "$*", "a\r\nQUIT", "a\u{7f}", String(repeating: "a", count: 201)] {
            #expect(IRCOutbound.target(Peer(kind: .direct, id: id)) == nil, "\(id.debugDescription)")
        }
    }

    @Test func deliveryTargetsAreReadAsPeopleWriteThem() {
        let cases: [(String, Peer?)] = [
            ("#room", Peer(kind: .group, id: "#room")), ("channel:#room", Peer(kind: .group, id: "#room")),
            ("irc:#room", Peer(kind: .group, id: "#room")), ("alice", Peer(kind: .direct, id: "alice")),
            ("user:alice", Peer(kind: .direct, id: "alice")), ("IRC:user:alice", Peer(kind: .direct, id: "alice")),
            ("  ", nil), ("irc:", nil),
        ]
        for (text, peer) in cases { #expect(IRCChannel.target(text) == peer) }
    }
}
