import ClawSupport
import Crypto
import NIOCore
import NIOHTTP1

/// Turns a socket into a Gateway connection. The gate has checked the request.
struct WebSocketUpgrade: NIOTypedHTTPServerProtocolUpgrader {
    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []
    let services: ConnectionServices
    let settings: Live<AccessSettings>
    let permit: ConnectionPermit

    func buildUpgradeResponse(
        channel: any NIOCore.Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        let key = upgradeRequest.headers["sec-websocket-key"].first ?? ""
        let digest = Insecure.SHA1.hash(data: Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        var headers = HTTPHeaders()
        headers.add(name: "Upgrade", value: "websocket")
        headers.add(name: "Connection", value: "upgrade")
        headers.add(name: "Sec-WebSocket-Accept", value: Base64.encode(Array(digest)))
        return channel.eventLoop.makeSucceededFuture(headers)
    }

    func upgrade(
        channel: any NIOCore.Channel, upgradeRequest: HTTPRequestHead
    ) -> EventLoopFuture<NegotiatedConnection> {
        channel.eventLoop.makeCompletedFuture {
            let remote = RemoteAddress(channel, upgradeRequest, settings.value)
            try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
            try channel.pipeline.syncOperations.addHandler(
                ConnectionHandler(services: services, remote: remote, permit: permit))
            return .webSocket
        }
    }
}
