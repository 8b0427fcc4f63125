import AsyncHTTPClient
package import ClawCore
import ClawSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// HTTP/1.1 over a pool of kept-alive connections, on the event loops that the whole process shares.
///
/// Nothing is started or connected before the first `send`. Redirects are not followed, proxies of the environment are
/// not used, and compressed answers are not asked for. An answer may be as long as it likes; who receives it sets the
/// bounds.
package final class PooledHTTPTransport: HTTPTransport {
    private enum State {
        case unused
        case running(HTTPClient)
        case stopped
    }

    private let state = Mutex(State.unused)

    /// Connections to one host at a time. More than the 64 streams a busy Gateway holds, so that the lanes and not the
    /// pool decide who waits.
    private static let connectionsPerHost = 96
    /// Longer than the pauses of a conversation; servers that close sooner are noticed when they do.
    private static let keepAlive = TimeAmount.seconds(60)

    package init() {}

    package func send(
        _ request: OutgoingRequest, connectTimeout: Duration, idleTimeout: Duration,
        receive: (IncomingHead, [UInt8]) async throws -> Void
    ) async throws {
        if let address = request.connectsTo {
            let client = try Self.client(connectingTo: address, insteadOf: request.url)
            do {
                try await send(request, over: client, connectTimeout, idleTimeout, receive)
            } catch {
                try await client.shutdown()
                throw error
            }
            return try await client.shutdown()
        }
        try await send(request, over: try runningClient(), connectTimeout, idleTimeout, receive)
    }

    private func send(
        _ request: OutgoingRequest, over client: HTTPClient, _ connectTimeout: Duration, _ idleTimeout: Duration,
        _ receive: (IncomingHead, [UInt8]) async throws -> Void
    ) async throws {
        let exchange = HTTPExchange(
            server: Self.serverName(of: request.url), connectTimeout: connectTimeout, idleTimeout: idleTimeout)
        let outgoing = try Self.prepare(request)
        exchange.start(client.execute(request: outgoing, delegate: exchange, eventLoop: .indifferent, deadline: nil))
        do {
            try await withTaskCancellationHandler {
                let head = try await exchange.nextHead()
                try await receive(head, [])
                while let bytes = try await exchange.nextBytes() { try await receive(head, bytes) }
            } onCancel: {
                exchange.stop(CancellationError())
            }
        } catch {
            exchange.stop(error)
            throw error
        }
    }

    /// Closes every connection; answers that are still arriving fail. Nothing can be sent afterwards.
    package func shutdown() async throws {
        let client = state.withLock { state -> HTTPClient? in
            defer { state = .stopped }
            if case .running(let client) = state { return client }
            return nil
        }
        try await client?.shutdown()
    }

    private func runningClient() throws -> HTTPClient {
        try state.withLock { state in
            switch state {
            case .running(let client): return client
            case .stopped: throw CancellationError()
            case .unused:
                let client = HTTPClient(
                    eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: Self.configuration)
                state = .running(client)
                return client
            }
        }
    }

    /// A client of its own for one request: its name for the host is that of nobody else.
    private static func client(connectingTo address: String, insteadOf url: String) throws -> HTTPClient {
        guard let host = WebAddress(url)?.host else {
            throw ProviderError(.format, "\(serverName(of: url)) is no address of the web.")
        }
        var configuration = configuration
        configuration.dnsOverride = [host: address]
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }

    private static var configuration: HTTPClient.Configuration {
        var pool = HTTPClient.Configuration.ConnectionPool(
            idleTimeout: keepAlive, concurrentHTTP1ConnectionsPerHostSoftLimit: connectionsPerHost)
        // Trying again is decided in one place, `RetryingProvider`, which also knows the budget.
        pool.retryConnectionEstablishment = false
        // The deadlines of a call are watched by its exchange; this one only bounds what outlives the call.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(120)), connectionPool: pool)
        configuration.httpVersion = .http1Only
        return configuration
    }

    private static func prepare(_ request: OutgoingRequest) throws -> HTTPClient.Request {
        var headers = HTTPHeaders()
        headers.reserveCapacity(request.headers.count + 3)
        for (name, value) in request.headers { headers.add(name: name, value: value) }
        do {
            return try HTTPClient.Request(
                url: request.url, method: HTTPMethod(rawValue: request.method), headers: headers,
                body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
        } catch {
            throw ProviderError(.format, "\(request.url) is not an address that can be called.")
        }
    }

    /// The host and port of a URL, for messages; never user, password, path or query.
    static func serverName(of url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if let user = rest.lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
        return String(rest)
    }
}
