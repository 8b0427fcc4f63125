import ClawCore
import Logging
import ServiceLifecycle

/// Keeps one channel account running. A channel that fails for good is logged and shown in `channels.status`; the others and
/// the Gateway go on.
struct ChannelService: Service {
    let channel: any Channel
    let sink: any InboundSink

    func run() async throws {
        let logger = Logger(label: "openclaw.channel.\(channel.id)")
        await cancelWhenGracefulShutdown {
            do {
                try await channel.run(sink: sink)
            } catch is CancellationError {
                return
            } catch {
                logger.error("channel stopped", metadata: ["account": "\(channel.account)", "error": "\(error)"])
            }
        }
        // Returning would end the whole group of services.
        try await gracefulShutdown()
    }
}
