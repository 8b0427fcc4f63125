package import ClawProtocol
package import NIOCore

/// An event that is encoded and framed once and written to many connections.
package struct SharedFrame: Sendable {
    package let name: EventName
    /// The WebSocket frame.
    package let bytes: ByteBuffer
    /// Whether it may be left out for a client that reads too slowly.
    package let isDroppable: Bool
    /// Position among all frames of the hub, so that a connection gets none that is older than itself.
    let order: Int
    /// The connections to reach; nil for all.
    let targets: Set<String>?
    /// The event's JSON; it shares the memory of `bytes`.
    let json: ByteBuffer

    init(name: EventName, json: [UInt8], isDroppable: Bool, order: Int, targets: Set<String>? = nil) {
        self.name = name
        bytes = WebSocketWriter.text(json)
        var payload = bytes
        payload.moveReaderIndex(forwardBy: bytes.readableBytes - json.count)
        self.json = payload
        self.isDroppable = isDroppable
        self.order = order
        self.targets = targets
    }
}

/// The sending side of a connection as the hub sees it. It is used on its event loop only.
package protocol EventSubscriber: AnyObject {
    /// Queues a frame, drops it, or closes the connection when too much waits already.
    func enqueue(_ frame: SharedFrame)
    /// Writes what is queued to the socket.
    func flush()
}
