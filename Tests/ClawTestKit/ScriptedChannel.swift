package import ClawCore

/// A channel account that sends to nobody: the script answers each send. It receives nothing.
package final class ScriptedChannel: Channel {
    package typealias Script = @Sendable (OutboundMessage) async throws -> Void

    package let id: ChannelID
    package let account: AccountID
    package let capabilities: ChannelCapabilities
    /// Every message as its send begins, in order, also those that the script refuses.
    package let sends: AsyncStream<OutboundMessage>
    private let begun: AsyncStream<OutboundMessage>.Continuation
    private let script: Script
    private let receipt: @Sendable (OutboundMessage) -> String?
    private let probing: @Sendable (Duration) async throws -> ChannelProbe

    /// - Parameter receipt: the platform's id of a message that it took.
    package init(
        _ id: ChannelID = ChannelID("scripted"), account: AccountID = .default,
        capabilities: ChannelCapabilities = ChannelCapabilities(),
        receipt: @escaping @Sendable (OutboundMessage) -> String? = { _ in nil },
        probing: @escaping @Sendable (Duration) async throws -> ChannelProbe = { _ in ChannelProbe(latency: 0) },
        script: @escaping Script = { _ in }
    ) {
        self.probing = probing
        self.id = id
        self.account = account
        self.capabilities = capabilities
        self.script = script
        self.receipt = receipt
        (sends, begun) = AsyncStream.makeStream(of: OutboundMessage.self, bufferingPolicy: .bufferingOldest(1000))
    }

    package var status: ChannelStatus { ChannelStatus() }

    /// Waits until it is cancelled.
    package func run(sink: any InboundSink) async throws {
        let (never, _) = AsyncStream<Never>.makeStream(of: Never.self, bufferingPolicy: .bufferingOldest(1))
        for await _ in never {}
    }

    package func send(_ message: OutboundMessage) async throws -> DeliveryReceipt {
        begun.yield(message)
        try await script(message)
        return DeliveryReceipt(messageID: receipt(message))
    }

    package func probe(timeout: Duration) async throws -> ChannelProbe { try await probing(timeout) }
}
