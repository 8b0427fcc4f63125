import ClawSupport
import ClawWebUI
import NIOCore
import NIOHTTP1

/// Stands before everything else on a new socket: closes it when no request comes, answers requests that may not come in, and
/// lets a WebSocket upgrade pass only when it can succeed, since behind this place nobody answers a refused one.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let settings: Live<AccessSettings>
    private let permit: ConnectionPermit
    private let timeout: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isFirst = true
    private var isRefused = false

    /// - Parameter timeout: how long the first request may take.
    init(settings: Live<AccessSettings>, permit: ConnectionPermit, timeout: TimeAmount) {
        self.settings = settings
        self.permit = permit
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: timeout) { bound.value.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopWaiting() }

    func channelInactive(context: ChannelHandlerContext) {
        stopWaiting()
        context.fireChannelInactive()
    }

    /// The process ends: who has asked nothing yet will not be answered.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, isFirst {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func stopWaiting() {
        deadline?.cancel()
        deadline = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        stopWaiting()
        defer { isFirst = false }
        let remote = RemoteAddress(context.channel, head, settings.value)
        let isUpgrade = head.headers["upgrade"].contains { $0.lowercased().contains("websocket") }
        if let refusal = UpgradeRules.refusal(head, remote, isUpgrade: isUpgrade, isFirst: isFirst, settings.value) {
            refuse(context, refusal)
            return
        }
        if isFirst, !permit.attribute(to: remote.counted) {
            refuse(context, UpgradeRules.noPlaceLeft)
            return
        }
        if !isUpgrade, head.headers.contains(name: "upgrade") { head.headers.remove(name: "upgrade") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isRefused { return }
        if error is HTTPParserError, isFirst {
            refuse(context, UpgradeRules.Refusal(status: .badRequest, text: "This is not HTTP."))
        } else {
            context.fireErrorCaught(error)
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ refusal: UpgradeRules.Refusal) {
        isRefused = true
        var headers = HTTPHeaders([
            ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "\(refusal.text.utf8.count + 1)"),
            ("Connection", "close"),
        ])
        for header in SecurityHeaders.plain { headers.add(name: header.name, value: header.value) }
        if refusal.status == .upgradeRequired { headers.add(name: "Sec-WebSocket-Version", value: "13") }
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(string: "\(refusal.text)\n")
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }
}

/// Which requests are answered at the door.
enum UpgradeRules {
    struct Refusal: Hashable {
        var status: HTTPResponseStatus
        var text: String
    }

    static let noPlaceLeft = Refusal(
        status: .serviceUnavailable,
        text: "Too many connections of that client have not said who they are. Try again in a moment.")

    static func refusal(
        _ head: HTTPRequestHead, _ remote: RemoteAddress, isUpgrade: Bool, isFirst: Bool, _ settings: AccessSettings
    ) -> Refusal? {
        let policy = OriginPolicy(settings: settings)
        // A program on another machine may use any name for this one; only pages can be lured by a name.
        let isProgram = isUpgrade && remote.origin == nil && !(remote.peer?.isLoopback ?? false)
        if !isProgram, !policy.allowsHost(of: remote) {
            return Refusal(
                status: .forbidden,
                text:
                    "This Gateway does not answer to that name. Add its origin to gateway.controlUi.allowedOrigins, or the "
                    + "proxy before it to gateway.trustedProxies.")
        }
        guard isUpgrade else { return nil }
        if remote.origin != nil, !policy.allowsOrigin(of: remote) {
            return Refusal(
                status: .forbidden,
                text: "Pages of that origin may not connect. Add it to gateway.controlUi.allowedOrigins to allow them.")
        }
        guard isFirst, head.method == .GET, head.headers["sec-websocket-key"].count == 1,
            Base64.decode(head.headers["sec-websocket-key"][0])?.count == 16,
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" })
        else {
            return Refusal(status: .badRequest, text: "This is not a valid WebSocket upgrade.")
        }
        if head.headers["sec-websocket-version"] != ["13"] {
            return Refusal(status: .upgradeRequired, text: "Only WebSocket version 13 is spoken here.")
        }
        return nil
    }
}

extension RemoteAddress {
    /// What socket and request tell.
    init(_ channel: any NIOCore.Channel, _ head: HTTPRequestHead, _ settings: AccessSettings) {
        let peer = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        let headers = ClientHeaders(head.headers.lazy.map { (name: $0.name, value: $0.value) })
        self.init(peer: peer, headers: headers, settings: settings)
    }
}
