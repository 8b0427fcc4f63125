import NIOCore
import NIOPosix
import Synchronization

/// A port of this machine that leads to another one, until a test cuts it.
package final class CuttableRoute: Sendable {
    private struct State {
        var listener: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    package var port: Int { state.withLock { $0.listener?.localAddress?.port } ?? 0 }

    /// Opens a port that leads to `target` while `body` runs. `headers` are put into the first request of each connection, as a
    /// proxy does it.
    package static func run<Result>(
        to target: Int, adding headers: [String] = [], _ body: (CuttableRoute) async throws -> Result
    ) async throws -> Result {
        let route = CuttableRoute()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { near in
                ClientBootstrap(group: near.eventLoop).connect(host: "127.0.0.1", port: target).flatMap { far in
                    do {
                        try far.pipeline.syncOperations.addHandler(Passage(to: near))
                        try near.pipeline.syncOperations.addHandler(Passage(to: far, adding: headers))
                    } catch {
                        // One of them has ended meanwhile, so the other has nobody to talk to.
                        far.close(promise: nil)
                        return near.eventLoop.makeFailedFuture(error)
                    }
                    route.opened(near)
                    return near.eventLoop.makeSucceededVoidFuture()
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        route.state.withLock { $0.listener = listener }
        do {
            let result = try await body(route)
            try await listener.close()
            route.cut()
            return result
        } catch {
            try await listener.close()
            route.cut()
            throw error
        }
    }

    private func opened(_ channel: any Channel) {
        state.withLock { $0.open[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
        }
    }

    /// Ends every connection without a word. Says how many those were.
    @discardableResult package func cut() -> Int {
        let channels = state.withLock { Array($0.open.values) }
        for channel in channels { channel.close(promise: nil) }
        return channels.count
    }
}

private final class Passage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let end: any Channel
    /// What is still to be put in after the request line.
    private var headers: [String]

    init(to end: any Channel, adding headers: [String] = []) {
        self.end = end
        self.headers = headers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if !headers.isEmpty, let line = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
            let first = bytes.readSlice(length: line - bytes.readerIndex + 1)
        {
            end.write(first, promise: nil)
            end.write(ByteBuffer(string: headers.map { "\($0)\r\n" }.joined()), promise: nil)
            headers = []
        }
        end.writeAndFlush(bytes, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { end.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
