import ClawProtocol
import ClawSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Opens the socket: TCP, TLS where the address asks for it, and the WebSocket upgrade.
enum GatewayTransport {
    /// The answer was plain HTTP.
    private struct NotUpgraded: Error {}

    private typealias Opening = (channel: any Channel, upgraded: EventLoopFuture<Void>)

    /// Returns once frames flow to `session`.
    static func open(
        _ endpoint: GatewayEndpoint, socket: Int32?, session: ClientSession, group: any EventLoopGroup,
        timeout: Duration
    ) async throws -> any Channel {
        do {
            let context = try endpoint.isEncrypted ? tlsContext(endpoint) : nil
            let initialize: @Sendable (any Channel) -> EventLoopFuture<Opening> = { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context { try addTLS(endpoint, context, to: channel) }
                    return (channel, try addUpgrade(endpoint, session, to: channel))
                }
            }
            let (channel, upgraded) =
                if let socket {
                    try await ClientBootstrap(group: group)
                        .withConnectedSocket(socket, channelInitializer: initialize)
                } else {
                    try await connect(endpoint, group, timeout, initialize)
                }
            do {
                try await withTaskCancellationHandler {
                    try await upgraded.get()
                } onCancel: {
                    channel.close(promise: nil)
                }
            } catch {
                channel.close(promise: nil)
                throw error
            }
            return channel
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError {
                throw GatewayClientError.untrusted(
                    endpoint: endpoint.description, isPinned: endpoint.pinnedFingerprint != nil)
            }
            throw GatewayClientError.unreachable(
                endpoint: endpoint.description, reason: reason(error, endpoint), isLocal: endpoint.isLoopback)
        }
    }

    /// An address in digits needs no resolver, which would cost a thread.
    private static func connect(
        _ endpoint: GatewayEndpoint, _ group: any EventLoopGroup, _ timeout: Duration,
        _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Opening>
    ) async throws -> Opening {
        let bootstrap = ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(TimeAmount(timeout))
        // The name of this machine may travel in plain text, so no resolver decides where that is.
        let host = endpoint.host.lowercased() == "localhost" ? "127.0.0.1" : endpoint.host
        if NetworkAddress(host) == nil {
            return try await bootstrap.connect(host: host, port: endpoint.port, channelInitializer: initialize)
        }
        let address = try SocketAddress(ipAddress: host, port: endpoint.port)
        return try await bootstrap.connect(to: address, channelInitializer: initialize)
    }

    private static func addUpgrade(
        _ endpoint: GatewayEndpoint, _ session: ClientSession, to channel: any Channel
    ) throws -> EventLoopFuture<Void> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Void>(
            maxFrameSize: WireLimit.maxPayload, enableAutomaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FrameHandler(session: session))
            }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: endpoint.path)
        head.headers.add(name: "Host", value: endpoint.authority)
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration<Void>(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeFailedFuture(NotUpgraded()) }))
        // The challenge may come in the same packet as the answer to the upgrade.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }

    private static func tlsContext(_ endpoint: GatewayEndpoint) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if endpoint.pinnedFingerprint != nil {
            // A pin replaces the authorities; reading theirs would only cost time. It also replaces the name: the certificate is
            // that one, whatever it says about itself.
            configuration.trustRoots = .certificates([])
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func addTLS(_ endpoint: GatewayEndpoint, _ context: NIOSSLContext, to channel: any Channel) throws {
        // TLS names hosts only; for an address the certificate must hold that address.
        let name = NetworkAddress(endpoint.host) == nil ? endpoint.host : nil
        guard let pin = endpoint.pinnedFingerprint else {
            let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
            return try channel.pipeline.syncOperations.addHandler(handler)
        }
        let handler = try NIOSSLClientHandler(context: context, serverHostname: name) { chain, promise in
            do {
                let fingerprint = try chain.first.map { sha256Hex(try $0.toDERBytes()) }
                promise.succeed(fingerprint == pin ? .certificateVerified : .failed)
            } catch {
                promise.fail(error)
            }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func reason(_ error: any Error, _ endpoint: GatewayEndpoint) -> String {
        switch error {
        case let error as IOError:
            return error.errnoCode == ECONNREFUSED ? "nothing listens there" : systemText(error.errnoCode)
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return reason(first.error, endpoint) }
            return "the name \(endpoint.host) is unknown"
        case ChannelError.connectTimeout: return "nobody answers"
        case is NotUpgraded: return "what answers there is no Gateway"
        default: return "the connection broke before it was open"
        }
    }

    private static func systemText(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
