import ClawProtocol
import ClawSupport
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TCP client that speaks WebSocket by hand, so that a test can also say what a client library would not.
struct RawSocket {
    struct Frame: Hashable {
        var opcode: UInt8
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
    }

    struct Closed: Error {}

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer = ByteBuffer()
    /// Events that came while a response was waited for.
    private var passedBy: [JSONValue] = []

    /// Opens a socket for the time of `body`.
    static func open<Result>(
        _ port: Int, _ body: (inout RawSocket) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var socket = RawSocket(iterator: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&socket)
        }
    }

    /// Opens a WebSocket and reads the challenge; `nonce` is handed to `body`.
    static func gateway<Result>(
        _ port: Int, headers: [String] = [], _ body: (inout RawSocket, String) async throws -> Result
    ) async throws -> Result {
        try await open(port) { socket in
            _ = try await socket.upgrade(headers: headers)
            let challenge = try await socket.json()
            return try await body(&socket, challenge["payload"]?["nonce"]?.stringValue ?? "")
        }
    }

    private init(
        iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.iterator = iterator
        self.outbound = outbound
    }

    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Sends a masked frame.
    func frame(_ payload: [UInt8], opcode: UInt8 = 1, first: UInt8? = nil) async throws {
        try await send(Self.masked(payload, opcode: opcode, first: first))
    }

    static func masked(_ payload: [UInt8], opcode: UInt8 = 1, first: UInt8? = nil) -> [UInt8] {
        var bytes: [UInt8] = [first ?? (0x80 | opcode)]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else if payload.count < 65_536 {
            bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        } else {
            bytes.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(payload.count >> shift & 255)) }
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        bytes += mask
        for (position, byte) in payload.enumerated() { bytes.append(byte ^ mask[position & 3]) }
        return bytes
    }

    func request(_ id: String, _ method: String, _ params: JSONValue = [:]) async throws {
        try await frame(RequestFrame(id: id, method: method, params: params).json.bytes)
    }

    /// Sends a request and reads until its response.
    mutating func call(_ method: String, _ params: JSONValue = [:]) async throws -> JSONValue {
        try await request("c", method, params)
        while true {
            let json = try await json()
            if json["id"] == "c" { return json }
            passedBy.append(json)
        }
    }

    /// The next message as JSON.
    mutating func json() async throws -> JSONValue { try JSONParser.parse(try await nextFrame().payload) }

    /// Whether an event of this name came while a response was waited for.
    func hasHeard(_ name: String) -> Bool { passedBy.contains { $0["event"]?.stringValue == name } }

    /// The next event of this name.
    mutating func event(_ name: String) async throws -> JSONValue {
        if let position = passedBy.firstIndex(where: { $0["event"]?.stringValue == name }) {
            return passedBy.remove(at: position)
        }
        while true {
            let json = try await json()
            if json["event"]?.stringValue == name { return json }
        }
    }

    /// The next frame; throws `Closed` at the end of the stream.
    mutating func nextFrame() async throws -> Frame {
        while true {
            if let frame = takeFrame() { return frame }
            try await fill()
        }
    }

    /// Reads on until the close frame and gives its code and reason.
    mutating func closing() async throws -> String {
        while true {
            let frame = try await nextFrame()
            guard frame.opcode == 8 else { continue }
            let code = Int(frame.payload[0]) << 8 | Int(frame.payload[1])
            return "\(code) \(String(decoding: frame.payload[2...], as: UTF8.self))"
        }
    }

    private mutating func fill() async throws {
        guard var next = try await iterator.next(isolation: #isolation) else { throw Closed() }
        buffer.writeBuffer(&next)
    }

    private mutating func takeFrame() -> Frame? {
        guard let first: UInt8 = buffer.getInteger(at: buffer.readerIndex),
            let second: UInt8 = buffer.getInteger(at: buffer.readerIndex + 1)
        else { return nil }
        var start = 2
        var length = Int(second)
        if second == 126 {
            guard let long: UInt16 = buffer.getInteger(at: buffer.readerIndex + 2) else { return nil }
            (length, start) = (Int(long), 4)
        } else if second == 127 {
            guard let long: UInt64 = buffer.getInteger(at: buffer.readerIndex + 2) else { return nil }
            (length, start) = (Int(long), 10)
        }
        guard let payload = buffer.getBytes(at: buffer.readerIndex + start, length: length) else { return nil }
        buffer.moveReaderIndex(forwardBy: start + length)
        return Frame(opcode: first & 15, payload: payload)
    }

    /// Asks for the upgrade and returns the head of the answer.
    mutating func upgrade(headers: [String] = [], host: String = "127.0.0.1") async throws -> String {
        let lines = [
            "GET /any/path HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
        ]
        try await send((lines + headers).joined(separator: "\r\n") + "\r\n\r\n")
        return try await head()
    }

    /// Reads to the empty line after the headers.
    mutating func head() async throws -> String {
        while true {
            let text = String(decoding: buffer.readableBytesView, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.lowerBound])
                buffer.moveReaderIndex(forwardBy: head.utf8.count + 4)
                return head
            }
            try await fill()
        }
    }

    /// The next `count` bytes as text.
    mutating func bytes(_ count: Int) async throws -> String {
        while buffer.readableBytes < count { try await fill() }
        return buffer.readString(length: count) ?? ""
    }

    /// Reads to the end of the stream.
    mutating func rest() async throws -> String {
        do {
            while true { try await fill() }
        } catch is Closed {
            return buffer.readString(length: buffer.readableBytes) ?? ""
        }
    }
}
