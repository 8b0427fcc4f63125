package import NIOCore

/// The kinds of WebSocket frames (RFC 6455 §5.2).
package enum WebSocketOpcode: UInt8, Sendable, Hashable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    package var isControl: Bool { rawValue >= 0x8 }
}

/// Writes frames as a server sends them: whole and without a mask, so that one buffer serves every connection.
package enum WebSocketWriter {
    /// A complete frame around `payload`.
    package static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 10)
        writeHeader(opcode, count: payload.count, into: &buffer)
        buffer.writeBytes(payload)
        return buffer
    }

    package static func text(_ payload: [UInt8]) -> ByteBuffer { frame(.text, payload) }

    package static func writeHeader(_ opcode: WebSocketOpcode, count: Int, into buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | opcode.rawValue)
        if count < 126 {
            buffer.writeInteger(UInt8(count))
        } else if count <= Int(UInt16.max) {
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(count))
        } else {
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(count))
        }
    }

    package static func close(_ code: UInt16, _ reason: String) -> ByteBuffer {
        frame(.close, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
    }
}
