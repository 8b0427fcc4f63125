import ClawProtocol
import NIOCore
import NIOWebSocket

/// Turns WebSocket frames into messages for the session, and answers control frames. Every frame it sends is masked.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let session: ClientSession
    private var message: ByteBuffer?
    private var hasClosed = false

    init(session: ClientSession) { self.session = session }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        if hasClosed { return }
        if frame.maskKey != nil || !frame.reservedBits.isEmpty {
            return fail(context, .protocolError, "a frame was masked or used reserved bits")
        }
        switch frame.opcode {
        case .text, .binary:
            if message != nil { return fail(context, .protocolError, "a message began inside another") }
            if frame.fin {
                session.receive(Array(buffer: frame.data))
            } else {
                message = frame.data
            }
        case .continuation:
            guard var whole = message else {
                return fail(context, .protocolError, "a continuation without a beginning")
            }
            message = nil
            if whole.readableBytes + frame.data.readableBytes > WireLimit.maxPayload {
                return fail(context, .tooLarge, "a message of more than \(WireLimit.maxPayload) bytes")
            }
            whole.writeBuffer(&frame.data)
            if frame.fin {
                session.receive(Array(buffer: whole))
            } else {
                message = whole
            }
        case .ping: write(context, WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.data))
        case .pong: break
        case .connectionClose: closed(context, frame.data)
        default: fail(context, .protocolError, "an unknown kind of frame")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.end(.closed(code: 1006, reason: ""))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .invalidFrameLength? = error as? NIOWebSocketError {
            return fail(context, .tooLarge, "a frame of more than \(WireLimit.maxPayload) bytes")
        }
        if error is NIOWebSocketError { return fail(context, .protocolError, "a malformed frame") }
        session.end(.closed(code: 1006, reason: ""))
        context.close(promise: nil)
    }

    private func closed(_ context: ChannelHandlerContext, _ data: ByteBuffer) {
        hasClosed = true
        var data = data
        let code = data.readInteger(as: UInt16.self) ?? 1005
        session.end(.closed(code: code, reason: String(buffer: data)))
        var echo = context.channel.allocator.buffer(capacity: 2)
        if code != 1005 { echo.writeInteger(code) }
        write(context, WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: echo))
        context.close(promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ code: CloseCode, _ text: String) {
        if hasClosed { return }
        hasClosed = true
        session.end(.malformed(text))
        var data = context.channel.allocator.buffer(capacity: 2)
        data.writeInteger(code.rawValue)
        write(context, WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data))
        context.close(promise: nil)
    }

    private func write(_ context: ChannelHandlerContext, _ frame: WebSocketFrame) {
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
