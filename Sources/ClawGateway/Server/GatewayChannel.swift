import ClawSupport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// What a socket turned out to be after its first request.
enum NegotiatedConnection: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    /// Lives on its event loop; no task waits for it.
    case webSocket
}

/// A socket and what it will be.
struct GatewaySocket: ServerChildChannelValue {
    let channel: any NIOCore.Channel
    let permit: ConnectionPermit
    let negotiated: EventLoopFuture<NegotiatedConnection>
}

/// Sets up each accepted socket for HTTP with an upgrade to the Gateway protocol, any path.
struct GatewayChannel: ServerChildChannel, HTTPChannelHandler {
    let routes: HTTPRoutes
    let services: ConnectionServices
    let settings: Live<AccessSettings>
    let counter: ConnectionCounter
    /// Whose children the HTTP connections are.
    let http: HTTPConnections
    /// Nil for plain text.
    let tls: ServerTLS?
    /// Of the connection whose requests are answered; nil while there is none.
    private var permit: ConnectionPermit?

    init(
        routes: HTTPRoutes, services: ConnectionServices, settings: Live<AccessSettings>, counter: ConnectionCounter,
        http: HTTPConnections, tls: ServerTLS?
    ) {
        self.routes = routes
        self.services = services
        self.settings = settings
        self.counter = counter
        self.http = http
        self.tls = tls
    }

    private struct NoPlaceLeft: Error {}

    func setup(channel: any NIOCore.Channel, logger: Logger) -> EventLoopFuture<GatewaySocket> {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        guard let permit = counter.admit(peer, isProxy: settings.value.isProxy(peer)) else {
            logger.warning("no place for another connection", metadata: ["peer": "\(peer?.description ?? "?")"])
            return channel.close().flatMapThrowing { throw NoPlaceLeft() }
        }
        channel.closeFuture.whenComplete { _ in permit.release() }
        return channel.eventLoop.makeCompletedFuture {
            GatewaySocket(channel: channel, permit: permit, negotiated: try configure(channel, permit))
        }
    }

    private func configure(
        _ channel: any NIOCore.Channel, _ permit: ConnectionPermit
    ) throws -> EventLoopFuture<NegotiatedConnection> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 64 << 10
        limits.maxHeaderFieldSize = 16 << 10
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
        let timeout = TimeAmount.milliseconds(Int64(services.handshakeTimeout))
        let isEncrypted = tls != nil
        let pace = services.httpPace
        let gate = UpgradeGate(settings: settings, permit: permit, timeout: timeout)
        let upgrade = NIOTypedHTTPServerUpgradeHandler(
            httpEncoder: encoder, extraHTTPHandlers: [decoder, gate],
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [WebSocketUpgrade(services: services, settings: settings, permit: permit)],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        permit.speaksHTTP()
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isEncrypted))
                        try pipeline.addHandler(HTTPPaceHandler(pace, now: channel.eventLoop.now))
                        return .http(
                            try NIOAsyncChannel(
                                wrappingChannelSynchronously: channel,
                                configuration: .init(isOutboundHalfClosureEnabled: true)))
                    }
                }))
        try tls?.add(to: channel)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(encoder)
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(gate)
        try pipeline.addHandler(upgrade)
        return upgrade.upgradeResultFuture
    }

    /// Returns at once: what is accepted outlives the listener.
    func handle(value: GatewaySocket, logger: Logger) async {
        var conversation = self
        conversation.permit = value.permit
        http.serve(value.channel, value.permit) { [conversation] in
            do {
                switch try await value.negotiated.get() {
                case .http(let channel): await conversation.handleHTTP(asyncChannel: channel, logger: logger)
                case .webSocket: break
                }
            } catch {
                // A socket that closed or was refused before its first request was served: nothing is left to do.
                logger.trace("socket ended early", metadata: ["error": "\(error)"])
            }
        }
    }

    var responder: Responder {
        let (routes, permit) = (routes, permit)
        return { request, writer, socket in
            let peer = socket.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
            var response = await routes.respond(to: request, peer: peer) { permit?.promote() }
            if let permit, !permit.mayStay { response.headers[.connection] = "close" }
            try await writer.write(response: response.head, body: response.body)
            if response.headers[.connection] == "close" { socket.closeAfterAnswer() }
        }
    }
}
