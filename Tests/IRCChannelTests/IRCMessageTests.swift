import ClawTestKit
import Testing

@testable import IRCChannel

struct IRCMessageTests {
    private static let lines = [
        "PING :abc",
        ":irc.test 001 claw :Welcome to the network",
        "@time=2026-03-01T08:00:00.000Z;account=alice;msgid=1~2 :alice!u@host PRIVMSG #room :hello  there",
        "@a\\b=c\\:d\\se\\\\f\\r\\n;empty=;flag;=x :n PRIVMSG #r ::)",
        ":alice!u@host   JOIN    #room",
        ":irc.test 353 claw = #room :@claw alice",
        "privmsg #room word",
        "CMD 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        ":a PRIVMSG #r : \u{301}leading mark",
        "",
        "   ",
        "@only=tags",
        ":source",
        "BAD-COMMAND x",
        ":s \u{1F600} x",
    ]

    @Test func linesAreRead() {
        var text = ""
        for line in Self.lines {
            text += "\(line)\n"
            guard let message = IRCMessage(line: Array(line.utf8)) else {
                text += "  nothing\n"
                continue
            }
            let tags = message.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.debugDescription)" }
            text += "  tags \(tags) source \(message.source?.description ?? "-") \(message.command)"
            text += " \(message.parameters.map(\.debugDescription).joined(separator: " "))\n"
        }
        expectGolden(text, "irc-lines.txt")
    }

    @Test func bytesThatAreNoTextAreRepairedAndLineBreaksRefused() {
        let broken: [UInt8] = Array("PRIVMSG #r :a".utf8) + [0xFF, 0xE4]
        #expect(IRCMessage(line: broken)?.text == "a\u{FFFD}\u{FFFD}")
        for byte: UInt8 in [0, 0x0A, 0x0D] { #expect(IRCMessage(line: Array("PING a".utf8) + [byte]) == nil) }
    }

    @Test func aLineIsWritten() throws {
        let message = IRCMessage("PRIVMSG", "#room", "hello", tags: ["label": "1-0", "a": "x;y z"])
        #expect(
            String(decoding: try message.encoded(), as: UTF8.self) == "@a=x\\:y\\sz;label=1-0 PRIVMSG #room :hello\r\n")
        let join = IRCMessage("JOIN", "#room", "key")
        #expect(String(decoding: try join.encoded(), as: UTF8.self) == "JOIN #room key\r\n")
        let away = IRCMessage("AWAY", "")
        #expect(String(decoding: try away.encoded(), as: UTF8.self) == "AWAY :\r\n")
    }

    @Test func nothingBreaksOutOfItsLine() {
        for text in ["a\r\nQUIT", "a\nQUIT", "a\rQUIT", "a\0b"] {
            #expect(throws: IRCEncodingError.lineBreak) { try IRCMessage("PRIVMSG", "#r", text).encoded() }
            #expect(throws: IRCEncodingError.lineBreak) { try IRCMessage("PRIVMSG", text, "x").encoded() }
        }
        #expect(throws: IRCEncodingError.parameter("#a b")) { try IRCMessage("PRIVMSG", "#a b", "x").encoded() }
        #expect(throws: IRCEncodingError.parameter("")) { try IRCMessage("PRIVMSG", "", "x").encoded() }
        #expect(throws: IRCEncodingError.parameter(":x")) { try IRCMessage("PRIVMSG", ":x", "x").encoded() }
        #expect(throws: IRCEncodingError.command("A B")) { try IRCMessage("A B").encoded() }
        #expect(throws: IRCEncodingError.tag("a b")) { try IRCMessage("PING", "x", tags: ["a b": ""]).encoded() }
    }

    @Test func aLineHasAtMost512Bytes() throws {
        let fits = IRCMessage("PRIVMSG", "#r", String(repeating: "a", count: 498))
        #expect(try fits.encoded().count == 512)
        #expect(throws: IRCEncodingError.tooLong(bytes: 513)) {
            try IRCMessage("PRIVMSG", "#r", String(repeating: "a", count: 499)).encoded()
        }
    }

    @Test func aStreamIsCutIntoLines() {
        var splitter = IRCLineSplitter()
        #expect(splitter.take(Array("PING a\r\nPI".utf8)) == [Array("PING a".utf8)])
        #expect(splitter.take(Array("NG b\n\r\n\nrest".utf8)) == [Array("PING b".utf8)])
        let endless = [UInt8](repeating: 0x61, count: IRCLineSplitter.limit + 10)
        #expect(splitter.take(endless) == [])
        #expect(splitter.take(Array("tail\r\nPING c\r\n".utf8)) == [Array("PING c".utf8)])
        #expect(splitter.droppedLines == 1)
    }

    @Test func namesFoldAsTheNetworkSays() {
        var network = IRCNetwork()
        #expect(network.fold("Nick[]\\~") == "nick{}|^")
        network.read(
            IRCMessage(
                command: "005",
                parameters: ["claw", "CASEMAPPING=ascii", "CHANTYPES=#", "STATUSMSG=@+", "WHOX", "are supported"]))
        #expect(network.fold("Nick[]\\~") == "nick[]\\~")
        #expect(network.hasWHOX)
        #expect(network.channel(of: "@#room") == "#room")
        #expect(network.channel(of: "&local") == nil)
        #expect(network.channel(of: "alice") == nil)
    }
}
