package import ClawProtocol
package import NIOCore

/// Reads WebSocket frames from bytes as they arrive and gives whole messages: the receiving side of RFC 6455, pure.
package struct WebSocketReader: Sendable {
    package enum Item: Sendable, Hashable {
        case message([UInt8], isText: Bool)
        case ping([UInt8])
        case pong
        /// The code is nil when the frame had none.
        case close(code: UInt16?, reason: String)
    }

    /// What ends the connection, and with which code.
    package struct Violation: Error, Sendable, Hashable {
        package var code: CloseCode
        package var reason: String
    }

    private struct Header {
        var isFinal: Bool
        var opcode: WebSocketOpcode
        var headerLength: Int
        var length: Int
        /// The mask twice, in the byte order of the payload.
        var mask: UInt64
    }

    /// Bytes of one message, over all its fragments.
    package var maxMessage: Int
    private var pending: ByteBuffer?
    private var fragments: [UInt8] = []
    private var fragmentOpcode: WebSocketOpcode?

    package init(maxMessage: Int) { self.maxMessage = maxMessage }

    package mutating func feed(_ bytes: ByteBuffer) {
        if pending == nil {
            pending = bytes
        } else {
            // A stream whose reads always end within a frame would otherwise keep all that it ever sent.
            if let read = pending?.readerIndex, read > 65_536 { pending?.discardReadBytes() }
            pending?.writeImmutableBuffer(bytes)
        }
    }

    /// Bytes of memory that hold what has not made a whole frame.
    var heldBytes: Int { pending?.capacity ?? 0 }

    /// The next message or control frame; nil when more bytes are needed.
    package mutating func next() throws(Violation) -> Item? {
        while true {
            guard let header = try readHeader() else { return nil }
            guard let payload = takePayload(header) else { return nil }
            if header.opcode.isControl { return try control(header.opcode, payload) }
            if let message = try data(header, payload) { return message }
        }
    }

    private mutating func readHeader() throws(Violation) -> Header? {
        guard let pending, let first: UInt8 = pending.getInteger(at: pending.readerIndex),
            let second: UInt8 = pending.getInteger(at: pending.readerIndex + 1)
        else { return nil }
        if first & 0x70 != 0 { throw Self.fault("reserved bits are set") }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else { throw Self.fault("unknown opcode") }
        if second & 0x80 == 0 { throw Self.fault("frame without a mask") }
        var position = pending.readerIndex + 2
        var length = Int(second & 0x7F)
        if length == 126 {
            guard let long: UInt16 = pending.getInteger(at: position) else { return nil }
            length = Int(long)
            position += 2
        } else if length == 127 {
            guard let long: UInt64 = pending.getInteger(at: position) else { return nil }
            if long > UInt64(UInt32.max) { throw Violation(code: .tooLarge, reason: "") }
            length = Int(long)
            position += 8
        }
        let isFinal = first & 0x80 != 0
        if opcode.isControl, !isFinal || length > 125 { throw Self.fault("control frame too long or in pieces") }
        if !opcode.isControl {
            if (opcode == .continuation) != (fragmentOpcode != nil) { throw Self.fault("fragment out of order") }
            if fragments.count + length > maxMessage { throw Violation(code: .tooLarge, reason: "") }
        }
        guard let mask: UInt32 = pending.getInteger(at: position, endianness: .host) else { return nil }
        return Header(
            isFinal: isFinal, opcode: opcode, headerLength: position + 4 - pending.readerIndex, length: length,
            mask: UInt64(mask) << 32 | UInt64(mask))
    }

    /// The payload without its mask; nil when it is not all there.
    private mutating func takePayload(_ header: Header) -> [UInt8]? {
        guard let available = pending?.readableBytes, available >= header.headerLength + header.length else {
            return nil
        }
        let payload = pending?.withUnsafeReadableBytes { bytes in
            Self.unmask(
                UnsafeRawBufferPointer(rebasing: bytes[header.headerLength..<header.headerLength + header.length]),
                header.mask)
        }
        pending?.moveReaderIndex(forwardBy: header.headerLength + header.length)
        if available == header.headerLength + header.length { pending = nil }
        return payload
    }

    private static func unmask(_ source: UnsafeRawBufferPointer, _ mask: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
            let raw = UnsafeMutableRawBufferPointer(target)
            var position = 0
            while position + 8 <= source.count {
                let word = source.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ mask
                raw.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
                position += 8
            }
            withUnsafeBytes(of: mask) { key in
                while position < source.count {
                    raw[position] = source[position] ^ key[position & 3]
                    position += 1
                }
            }
            count = source.count
        }
    }

    private mutating func data(_ header: Header, _ payload: [UInt8]) throws(Violation) -> Item? {
        if header.isFinal, fragmentOpcode == nil { return try message(payload, header.opcode) }
        if fragmentOpcode == nil { fragmentOpcode = header.opcode }
        fragments.append(contentsOf: payload)
        guard header.isFinal, let opcode = fragmentOpcode else { return nil }
        let whole = fragments
        fragments = []
        fragmentOpcode = nil
        return try message(whole, opcode)
    }

    private func message(_ payload: [UInt8], _ opcode: WebSocketOpcode) throws(Violation) -> Item {
        if opcode == .text, !UTF8Check.isValid(payload) { throw Violation(code: .invalidData, reason: "") }
        return .message(payload, isText: opcode == .text)
    }

    private func control(_ opcode: WebSocketOpcode, _ payload: [UInt8]) throws(Violation) -> Item {
        if opcode == .ping { return .ping(payload) }
        if opcode == .pong { return .pong }
        if payload.isEmpty { return .close(code: nil, reason: "") }
        guard payload.count >= 2 else { throw Self.fault("close frame with half a code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard Self.mayBeSent(code) else { throw Self.fault("close code \(code)") }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else {
            throw Violation(code: .invalidData, reason: "")
        }
        return .close(code: code, reason: reason)
    }

    /// Codes below 1000 do not exist, and some stand for what never travels in a frame.
    private static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func fault(_ reason: String) -> Violation { Violation(code: .protocolError, reason: reason) }
}

/// Whether bytes are UTF-8, fast for plain ASCII.
enum UTF8Check {
    static func isValid(_ bytes: [UInt8]) -> Bool {
        let isASCII = bytes.withUnsafeBytes { raw in
            var position = 0
            var seen: UInt64 = 0
            while position + 8 <= raw.count {
                seen |= raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                position += 8
            }
            while position < raw.count {
                seen |= UInt64(raw[position])
                position += 1
            }
            return seen & 0x8080_8080_8080_8080 == 0
        }
        return isASCII || String(validating: bytes, as: UTF8.self) != nil
    }
}
