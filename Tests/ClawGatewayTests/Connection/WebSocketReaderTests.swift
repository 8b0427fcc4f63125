import ClawProtocol
import ClawTestKit
import NIOCore
import Testing

@testable import ClawGateway

struct WebSocketReaderTests {
    /// Feeds bytes in pieces of `step` and gives what was read, or how it ended.
    private func read(_ bytes: [UInt8], step: Int = .max, limit: Int = 1000) -> [String] {
        var reader = WebSocketReader(maxMessage: limit)
        var output: [String] = []
        var start = 0
        while start < bytes.count {
            let end = start + min(step, bytes.count - start)
            reader.feed(ByteBuffer(bytes: bytes[start..<end]))
            start = end
            do {
                while let item = try reader.next() { output.append(describe(item)) }
            } catch {
                return output + ["\(error.code.rawValue)"]
            }
        }
        return output
    }

    private func describe(_ item: WebSocketReader.Item) -> String {
        switch item {
        case .message(let bytes, let isText): "\(isText ? "text" : "binary") \(String(decoding: bytes, as: UTF8.self))"
        case .ping(let bytes): "ping \(bytes.count)"
        case .pong: "pong"
        case .close(let code, let reason): "close \(code.map { "\($0)" } ?? "-") \(reason)"
        }
    }

    private func masked(_ text: String, opcode: UInt8 = 1, first: UInt8? = nil) -> [UInt8] {
        RawSocket.masked(Array(text.utf8), opcode: opcode, first: first)
    }

    @Test func messagesInAnyPieces() {
        let long = String(repeating: "é", count: 200)
        let bytes =
            masked("hello") + masked("bin", opcode: 2) + masked("", opcode: 9) + masked("a", first: 0x01)
            + masked("p", opcode: 10) + masked("b", first: 0x00) + masked("c", first: 0x80) + masked(long)
        let expected = ["text hello", "binary bin", "ping 0", "pong", "text abc", "text \(long)"]
        for step in [1, 2, 3, 7, 64, .max] { #expect(read(bytes, step: step) == expected) }
    }

    /// A sender whose every read ends within a frame makes the reader keep that frame, not all that came before.
    @Test func aStreamThatNeverPausesIsNotKept() throws {
        let pong = masked("", opcode: 10)
        var reader = WebSocketReader(maxMessage: 1000)
        reader.feed(ByteBuffer(bytes: pong.prefix(1)))
        let piece = Array(pong.dropFirst()) + (0..<200).flatMap { _ in pong } + pong.prefix(1)
        var (count, held) = (0, 0)
        for _ in 0..<2000 {
            reader.feed(ByteBuffer(bytes: piece))
            while try reader.next() != nil { count += 1 }
            held = max(held, reader.heldBytes)
        }
        #expect(count == 2000 * 201)
        #expect(held < 200_000)
    }

    @Test func violations() {
        let cases: [([UInt8], String)] = [
            ([0x81, 0x01, 0x41], "1002"), (masked("x", first: 0xC1), "1002"), (masked("x", first: 0x83), "1002"),
            (masked("x", first: 0x80), "1002"), (masked("a", first: 0x01) + masked("b"), "1002"),
            (masked("x", first: 0x09), "1002"),
            (RawSocket.masked([UInt8](repeating: 1, count: 126), opcode: 9), "1002"),
            (RawSocket.masked([3], opcode: 8), "1002"), (RawSocket.masked([0x03, 0xED], opcode: 8), "1002"),
            (RawSocket.masked([0x03, 0xE8, 0xFF], opcode: 8), "1007"), (RawSocket.masked([0xC3, 0x28]), "1007"),
            (masked(String(repeating: "x", count: 1001)), "1009"),
            (
                masked(String(repeating: "x", count: 600), first: 0x01)
                    + masked(String(repeating: "x", count: 600), first: 0x80), "1009"
            ),
            ([0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0], "1009"),
        ]
        for (bytes, expected) in cases { #expect(read(bytes) == [expected], "\(bytes.prefix(4))") }
    }

    @Test func closeFrames() {
        #expect(read(masked("", opcode: 8)) == ["close - "])
        #expect(read(RawSocket.masked([0x0F, 0xA0, 0x62], opcode: 8)) == ["close 4000 b"])
    }

    @Test func binaryNeedsNoUTF8() throws {
        var reader = WebSocketReader(maxMessage: 10)
        reader.feed(ByteBuffer(bytes: RawSocket.masked([0xFF, 0xFE], opcode: 2)))
        let item = try reader.next()
        #expect(item == .message([0xFF, 0xFE], isText: false))
    }

    /// Whatever arrives, the reader ends with a message, a wish for more, or one of three codes.
    @Test func randomBytesNeverSurprise() {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let payload = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                let opcode = UInt8.random(in: 0...11, using: &generator)
                bytes += RawSocket.masked(payload, opcode: opcode, first: Bool.random(using: &generator) ? nil : opcode)
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let step = Int.random(in: 1...50, using: &generator)
            let pieces = read(bytes, step: step)
            #expect(pieces == read(bytes), "the pieces must not matter")
            if let last = pieces.last, last.count == 4, last.hasPrefix("1") {
                #expect(["1002", "1007", "1009"].contains(last))
            }
        }
    }
}
