package import ClawProtocol
package import ClawSupport
import NIOCore
import NIOPosix
import NIOWebSocket

/// An open connection to a Gateway.
///
/// `withConnection` is the way to one: it connects, proves the device, runs its body and closes. Requests may run at the
/// same time; answers are told apart by their id.
package final class GatewayClient: Sendable {
    /// What the Gateway said when it accepted the connection.
    package let hello: HelloOk
    private let session: ClientSession
    private let channel: any Channel
    private let options: GatewayClientOptions
    /// The thread that was made for this connection; nil when the options brought one.
    private let ownGroup: MultiThreadedEventLoopGroup?

    private init(
        hello: HelloOk, session: ClientSession, channel: any Channel, options: GatewayClientOptions,
        ownGroup: MultiThreadedEventLoopGroup?
    ) {
        self.hello = hello
        self.session = session
        self.channel = channel
        self.options = options
        self.ownGroup = ownGroup
    }

    /// Connects, runs `body`, and closes the connection however `body` ends. Throws `GatewayClientError`, or what `body`
    /// throws.
    package static func withConnection<Result>(
        _ options: GatewayClientOptions, _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        try await connect(options).closing(after: body)
    }

    /// Runs `body`, and closes the connection however it ends.
    package func closing<Result>(after body: (GatewayClient) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    /// Connects. The caller must call `close`; prefer `withConnection`.
    package static func connect(_ options: GatewayClientOptions) async throws -> GatewayClient {
        let ownGroup = options.eventLoopGroup == nil ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        let session = ClientSession(eventBuffer: options.eventBuffer)
        do {
            let opened = try await withDeadline(
                options.connectTimeout, options.time,
                throwing: GatewayClientError.timedOut(
                    waitingFor: "the connection request", limit: options.connectTimeout)
            ) {
                let group: any EventLoopGroup =
                    options.eventLoopGroup ?? ownGroup ?? .singletonMultiThreadedEventLoopGroup
                return try await open(options, session, group)
            }
            return GatewayClient(
                hello: opened.hello, session: session, channel: opened.channel, options: options, ownGroup: ownGroup)
        } catch {
            await end(ownGroup)
            throw error
        }
    }

    private static func open(
        _ options: GatewayClientOptions, _ session: ClientSession, _ group: any EventLoopGroup
    ) async throws -> (hello: HelloOk, channel: any Channel) {
        let channel = try await GatewayTransport.open(
            options.endpoint, socket: options.connectedSocket, session: session, group: group,
            timeout: options.connectTimeout)
        do {
            let nonce = try await session.challenge()
            let plan = try ConnectPlan(options: options, nonce: nonce)
            do {
                let payload = try await exchange(
                    "connect", plan.params.json, session: session, channel: channel, wantsFinal: false)
                guard let hello = HelloOk(json: payload) else {
                    throw GatewayClientError.malformed("its greeting is incomplete")
                }
                // A token that cannot be kept costs only that the next connection proves itself with the secret again.
                try? plan.accepted(hello)
                // Whoever waited has gone; nobody else would close the channel.
                try Task.checkCancellation()
                return (hello, channel)
            } catch let error as GatewayClientError {
                // As above: what cannot be forgotten is refused again, and says so.
                try? plan.refused(error)
                throw error
            }
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    /// Events as they come; one reader. The oldest are dropped when the reader is slower than `eventBuffer` allows.
    package var events: AsyncStream<EventFrame> { session.events }

    /// Why the connection ended; nil while it is open.
    package var endReason: GatewayClientError? { session.endReason }

    /// Calls a method and returns its payload. Throws `GatewayClientError`, or `CancellationError`.
    package func request(
        _ method: String, _ params: JSONValue = .object([:]), timeout: Duration? = nil
    ) async throws -> JSONValue {
        try await call(method, params, timeout ?? options.requestTimeout, wantsFinal: false)
    }

    /// Calls a method that answers twice, first with `accepted`, and returns the second payload.
    package func requestExpectingFinal(
        _ method: String, _ params: JSONValue = .object([:]), timeout: Duration? = nil
    ) async throws -> JSONValue {
        try await call(method, params, timeout ?? options.requestTimeout, wantsFinal: true)
    }

    private func call(
        _ method: String, _ params: JSONValue, _ timeout: Duration, wantsFinal: Bool
    ) async throws -> JSONValue {
        try await withDeadline(
            timeout, options.time, throwing: GatewayClientError.timedOut(waitingFor: "`\(method)`", limit: timeout)
        ) { [session, channel, hello] in
            try await Self.exchange(
                method, params, session: session, channel: channel, wantsFinal: wantsFinal, limit: hello.maxPayload)
        }
    }

    private static func exchange(
        _ method: String, _ params: JSONValue, session: ClientSession, channel: any Channel, wantsFinal: Bool,
        limit: Int = WireLimit.maxPayload
    ) async throws -> JSONValue {
        let id = session.makeID()
        let bytes = RequestFrame(id: id, method: method, params: params).json.bytes
        if bytes.count > limit { throw GatewayClientError.tooLarge(bytes: bytes.count, limit: limit) }
        let data = channel.allocator.buffer(bytes: bytes)
        return try await session.answer(to: id, wantsFinal: wantsFinal) {
            let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: data)
            channel.writeAndFlush(frame, promise: nil)
        }
    }

    /// Says goodbye and ends the connection; requests that still wait fail with `closed`.
    package func close() async {
        session.end(.closed(code: 1000, reason: ""))
        var data = channel.allocator.buffer(capacity: 2)
        data.writeInteger(CloseCode.normal.rawValue)
        channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data), promise: nil)
        // Closing what is closed already is an error that nobody needs to know of.
        try? await channel.close()
        await Self.end(ownGroup)
    }

    private static func end(_ group: MultiThreadedEventLoopGroup?) async {
        // The group fails to end only when it was ended before.
        try? await group?.shutdownGracefully()
    }
}
