/// A connection to one account of a messaging platform.
package protocol Channel: Sendable {
    var id: ChannelID { get }
    var account: AccountID { get }
    var capabilities: ChannelCapabilities { get }

    /// What `channels.status` shows now.
    var status: ChannelStatus { get }

    /// Connects, hands every message to `sink`, reconnects by itself, and returns when the task is cancelled. Throws only
    /// for what waiting cannot mend, such as a wrong configuration.
    func run(sink: any InboundSink) async throws

    /// Sends one message and returns when the platform has it. Throws `DeliveryError`.
    func send(_ message: OutboundMessage) async throws -> DeliveryReceipt

    /// Looks whether the platform answers, within `timeout`. What runs goes on undisturbed, and people on the platform notice
    /// nothing. Throws only `CancellationError`.
    func probe(timeout: Duration) async throws -> ChannelProbe
}

/// What a platform can do.
package struct ChannelCapabilities: Sendable, Hashable {
    package var edit = false
    package var stream = false
    package var threads = false
    package var reactions = false
    package var media = false
    /// Whether the platform drops a second send with the same key, so that an unknown outcome may be retried.
    package var idempotentSend = false
    /// The longest text of one message in characters, after which the composer splits.
    package var textLimit = 4000

    package init() {}
}

/// Where channels hand what they receive.
package protocol InboundSink: Sendable {
    /// Records and judges the message. When this returns, the message is durable or refused, and the platform may be told
    /// that it arrived. Throws when it could not be recorded; the platform must then not be told so.
    func accept(_ message: InboundMessage) async throws -> Admission
}

/// What became of a message at the door.
package enum Admission: Sendable, Hashable {
    case queued(WorkID)
    case duplicate(WorkID)
    case refused(reason: String)
}

/// The state of one channel account as operators see it. Times in milliseconds since 1970.
package struct ChannelStatus: Sendable, Hashable {
    package var configured = true
    package var enabled = true
    package var running = false
    package var connected = false
    package var reconnectAttempts = 0
    package var lastConnectedAt: Int64?
    package var lastInboundAt: Int64?
    package var lastOutboundAt: Int64?
    package var lastStartAt: Int64?
    package var lastStopAt: Int64?
    package var lastError: String?
    package var dmPolicy: String?

    package init() {}
}
