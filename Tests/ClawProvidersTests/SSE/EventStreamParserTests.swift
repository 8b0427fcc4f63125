import ClawTestKit
import Testing

@testable import ClawProviders

@Suite struct EventStreamParserTests {
    private func parse(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var parser = EventStreamParser()
        return try pieces.flatMap { try parser.feed($0) }
    }

    private func parse(_ text: String) throws -> [ServerSentEvent] { try parse([Array(text.utf8)]) }

    private func event(_ data: String, name: String = "") -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(data.utf8))
    }

    @Test(arguments: ["\n", "\r", "\r\n"]) func endsLinesInThreeWays(end: String) throws {
        let text = ["event: greeting", "data: one", "data: two", "", "data: three", "", ""].joined(separator: end)
        #expect(try parse(text) == [event("one\ntwo", name: "greeting"), event("three")])
    }

    @Test func skipsCommentsAndOtherFields() throws {
        let text = ": hello\nid: 7\nretry: 1000\ndatum: x\ndata\n: more\ndata: y\n\n"
        #expect(try parse(text) == [event("\ny")])
    }

    @Test func takesOneSpaceAway() throws {
        #expect(try parse("data:a\n\ndata:  b\n\ndata: \n\n") == [event("a"), event(" b"), event("")])
    }

    @Test func skipsEventsWithoutData() throws {
        #expect(try parse("event: ping\n\n\n\ndata: x\n\n") == [event("x")])
    }

    @Test func dropsAnEventThatTheEndCutsOff() throws {
        #expect(try parse("data: x\n\ndata: y\n") == [event("x")])
    }

    @Test func skipsAByteOrderMark() throws {
        #expect(try parse([[0xEF, 0xBB, 0xBF] + Array("data: x\n\n".utf8)]) == [event("x")])
    }

    @Test func forgetsTheNameAfterEachEvent() throws {
        let text = "event: a\ndata: 1\n\ndata: 2\n\nevent: a\ndata: 3\n\n"
        #expect(try parse(text) == [event("1", name: "a"), event("2"), event("3", name: "a")])
    }

    @Test func endsWithAnEventThatIsTooLong() throws {
        var parser = EventStreamParser()
        let line = Array("data: ".utf8) + [UInt8](repeating: 0x78, count: EventStreamParser.eventLimit)
        #expect(throws: EventStreamError.eventTooLong(limit: 1 << 20)) { try parser.feed(line) }
        var joined = EventStreamParser()
        let half = Array("data: ".utf8) + [UInt8](repeating: 0x78, count: 600_000) + [0x0A]
        _ = try joined.feed(half)
        #expect(throws: EventStreamError.eventTooLong(limit: 1 << 20)) { try joined.feed(half) }
    }

    /// Streams of random fields and line ends mean the same however they are cut.
    @Test func meansTheSameCutAtAnyByte() throws {
        var random = SeededGenerator(seed: 42)
        let lines = [
            "data: one", "data: zwei ü", "data:", "event: some_name", ": note", "id: 3", "", "", "", "data: {}",
        ]
        let ends = ["\n", "\r\n", "\r"]
        for round in 0..<300 {
            var text = round.isMultiple(of: 5) ? "\u{FEFF}" : ""
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                text += lines.randomElement(using: &random) ?? ""
                text += ends.randomElement(using: &random) ?? ""
            }
            // A closing LF alone could belong to a CR before it, so that no random text is ambiguous.
            let bytes = Array((text + "data: last\n\n").utf8)
            let whole = try parse([bytes])
            #expect(try parse(bytes.map { [$0] }) == whole)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(try parse([Array(bytes[..<cut]), [], Array(bytes[cut...])]) == whole)
            #expect(whole.last?.data.suffix(4).elementsEqual("last".utf8) == true)
        }
    }
}
