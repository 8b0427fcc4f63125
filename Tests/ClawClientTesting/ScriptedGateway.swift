package import ClawProtocol
package import ClawSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import NIOWebSocket
import Synchronization

/// A WebSocket server that says what a test tells it to, and notes every way in which a client breaks the protocol.
package final class ScriptedGateway: Sendable {
    package enum Step: Sendable {
        case json(JSONValue)
        case text(String)
        /// The parts of one message.
        case fragments([String])
        case frame(WebSocketFrame)
        case bytes([UInt8])
        case close(UInt16, String)
        /// Ends the connection without a close frame.
        case cut
    }

    package struct Script: Sendable {
        /// Sent in the same moment as the answer to the upgrade.
        package var greeting: [Step] = [.json(ScriptedGateway.challenge)]
        /// What to do about each request.
        package var answer: @Sendable (RequestFrame) -> [Step] = {
            [ScriptedGateway.ok($0, ["echo": .string($0.method)])]
        }
        package var connect: @Sendable (RequestFrame) -> [Step] = { [ScriptedGateway.ok($0, ScriptedGateway.hello)] }
        package var usesTLS = false
        /// The loopback address to listen on.
        package var address = "127.0.0.1"

        package init() {}
    }

    package static let challenge: JSONValue = [
        "type": "event", "event": "connect.challenge", "payload": ["nonce": "nonce-1", "ts": 1_772_352_000_000],
    ]

    package static let hello: JSONValue = [
        "type": "hello-ok", "protocol": 3, "server": ["version": "2026.3.3", "connId": "c1"],
        "features": ["methods": ["health"], "events": ["chat"]],
        "snapshot": ["presence": [], "health": [:], "uptimeMs": 5],
        "policy": ["maxPayload": 26_214_400, "maxBufferedBytes": 52_428_800, "tickIntervalMs": 30_000],
    ]

    package static func ok(_ request: RequestFrame, _ payload: JSONValue) -> Step {
        .json(ResponseFrame(id: request.id, payload: payload).json)
    }

    package static func refusal(_ request: RequestFrame, _ error: WireError) -> Step {
        .json(ResponseFrame(id: request.id, error: error).json)
    }

    private struct Notes {
        var requests: [RequestFrame] = []
        var violations: [String] = []
        var pongs = 0
        var closeCodes: [UInt16] = []
    }

    private let notes = Mutex(Notes())
    private let script: Script
    private let listener = Mutex<(any Channel)?>(nil)

    package var requests: [RequestFrame] { notes.withLock { $0.requests } }
    package var violations: [String] { notes.withLock { $0.violations } }
    package var pongs: Int { notes.withLock { $0.pongs } }
    package var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    private init(_ script: Script) { self.script = script }

    /// Starts a server, runs `body`, and stops the server.
    package static func run<Result>(
        _ script: Script = Script(), _ body: (ScriptedGateway) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedGateway(script)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try server.configure(channel) }
            }
            .bind(host: script.address, port: 0).get()
        server.listener.withLock { $0 = channel }
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private func configure(_ channel: any Channel) throws {
        if script.usesTLS {
            let context = try NIOSSLContext(configuration: TestCertificate.serverConfiguration())
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 26,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ScriptedConnection(server: self)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            })
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
    }

    fileprivate func greeting() -> [Step] { script.greeting }

    fileprivate func note(_ violation: String) { notes.withLock { $0.violations.append(violation) } }

    fileprivate func notePong() { notes.withLock { $0.pongs += 1 } }

    fileprivate func steps(for text: String) -> [Step] {
        do {
            let request = try RequestFrame(json: try JSONParser.parse(text))
            notes.withLock { $0.requests.append(request) }
            return request.method == "connect" ? script.connect(request) : script.answer(request)
        } catch {
            note("not a request frame: \(text.prefix(200))")
            return []
        }
    }
}

private final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let server: ScriptedGateway

    init(server: ScriptedGateway) { self.server = server }

    func handlerAdded(context: ChannelHandlerContext) { perform(server.greeting(), context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if frame.maskKey == nil { server.note("a frame without a mask: \(frame.opcode)") }
        let text = String(buffer: frame.unmaskedData)
        switch frame.opcode {
        case .text where frame.fin, .binary where frame.fin: perform(server.steps(for: text), context)
        case .pong: server.notePong()
        case .connectionClose: context.close(promise: nil)
        default: server.note("an unexpected frame: \(frame.opcode)")
        }
    }

    private func perform(_ steps: [ScriptedGateway.Step], _ context: ChannelHandlerContext) {
        for step in steps {
            switch step {
            case .json(let value): send(.text, value.bytes, true, context)
            case .text(let text): send(.text, Array(text.utf8), true, context)
            case .fragments(let parts):
                for (position, part) in parts.enumerated() {
                    let isLast = position == parts.count - 1
                    send(position == 0 ? .text : .continuation, Array(part.utf8), isLast, context)
                }
            case .frame(let frame): context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
            case .bytes(let bytes):
                // Past the encoder, which would write a correct frame.
                guard
                    let encoder = try? context.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
                else { return server.note("no encoder") }
                encoder.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
            case .close(let code, let reason):
                var data = ByteBuffer(integer: code)
                data.writeString(reason)
                send(.connectionClose, Array(buffer: data), true, context)
                context.close(promise: nil)
            case .cut: context.close(promise: nil)
            }
        }
    }

    private func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8], _ fin: Bool, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(bytes: bytes))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
