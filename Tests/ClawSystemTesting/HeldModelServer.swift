package import ClawSupport
import NIOCore
import NIOPosix
import Synchronization

/// A server of models that says nothing to whoever asks until a test lets it.
package final class HeldModelServer: Sendable {
    private struct State {
        var listener: (any Channel)?
        var asked: [any Channel] = []
        var isReleased = false
    }

    private let state = Mutex(State())

    /// What makes a Gateway take its turns with this server.
    package var configuration: JSONObject {
        let port = state.withLock { $0.listener?.localAddress?.port } ?? 0
        return [
            "models": [
                "providers": [
                    "held": [
                        "baseUrl": .string("http://127.0.0.1:\(port)/v1"), "apiKey": "unused",
                        "api": "openai-completions", "models": [["id": "one", "name": "one"]],
                    ]
                ]
            ],
            "agents": ["defaults": ["model": ["primary": "held/one"], "skipBootstrap": true]],
        ]
    }

    /// Runs a server while `body` runs.
    package static func run<Result>(_ body: (HeldModelServer) async throws -> Result) async throws -> Result {
        let server = HeldModelServer()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Asking(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.state.withLock { $0.listener = listener }
        do {
            let result = try await body(server)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    /// Returns once `count` requests have come.
    package func waitForRequests(_ count: Int) async {
        while state.withLock({ $0.asked.count }) < count { await Task.yield() }
    }

    /// Answers those who have asked, and from now on everybody, with `Done.`
    package func release() {
        let asked = state.withLock { state in
            state.isReleased = true
            return state.asked
        }
        for channel in asked { Self.answer(channel) }
    }

    fileprivate func asked(_ channel: any Channel) {
        let isReleased = state.withLock { state in
            state.asked.append(channel)
            return state.isReleased
        }
        if isReleased { Self.answer(channel) }
    }

    private static func answer(_ channel: any Channel) {
        let lines = [
            "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Connection: close", "",
            #"data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Done."}}]}"#, "",
            #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "", "data: [DONE]", "", "",
        ]
        // Who asked may have gone.
        channel.writeAndFlush(ByteBuffer(string: lines.joined(separator: "\r\n"))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// Sees that a request begins to come; the rest of it does not matter.
private final class Asking: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let server: HeldModelServer
    private var hasAsked = false

    init(_ server: HeldModelServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !hasAsked { server.asked(context.channel) }
        hasAsked = true
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
