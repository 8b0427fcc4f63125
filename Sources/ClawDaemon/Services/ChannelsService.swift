import ClawCore
import ClawGateway
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps every channel account running, and lets single ones be replaced while the others go on. One that fails for good is
/// logged and shown in `channels.status`.
final class ChannelsService: Service {
    private struct State {
        /// What is to run.
        var wanted: [ChannelRegistry.Key: any Channel] = [:]
        /// Ends what runs now.
        var gates: [ChannelRegistry.Key: AsyncStream<Never>.Continuation] = [:]
    }

    private let sink: any InboundSink
    private let state = Mutex(State())
    private let starts: AsyncStream<ChannelRegistry.Key>
    private let start: AsyncStream<ChannelRegistry.Key>.Continuation

    init(_ channels: [any Channel], sink: any InboundSink) {
        self.sink = sink
        (starts, start) = AsyncStream.makeStream(
            of: ChannelRegistry.Key.self, bufferingPolicy: .bufferingOldest(10_000))
        for channel in channels { replace(ChannelRegistry.Key(channel), with: channel) }
    }

    /// Ends the account that runs under `key`, if any, and then starts `channel`; nil starts nothing. Returns at once: the
    /// new one connects when the old one has left.
    func replace(_ key: ChannelRegistry.Key, with channel: (any Channel)?) {
        let (gate, isNew) = state.withLock { state in
            let isNew = state.wanted[key] == nil && state.gates[key] == nil
            state.wanted[key] = channel
            return (state.gates[key], isNew && channel != nil)
        }
        gate?.finish()
        if isNew { start.yield(key) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await key in self.starts { group.addTask { await self.keep(key) } }
                group.cancelAll()
            }
        }
        // Returning would end the whole group of services.
        try await gracefulShutdown()
    }

    /// Runs what is wanted under a key, one after the other, until nothing is.
    private func keep(_ key: ChannelRegistry.Key) async {
        while !Task.isCancelled, let (channel, gate) = next(key) {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await self.run(channel)
                    return false
                }
                group.addTask {
                    for await _ in gate {}
                    return true
                }
                // A channel that ended by itself leaves its place until it is replaced.
                for await isReplaced in group where isReplaced { group.cancelAll() }
            }
        }
    }

    private func next(_ key: ChannelRegistry.Key) -> (channel: any Channel, gate: AsyncStream<Never>)? {
        state.withLock { state in
            guard let channel = state.wanted[key] else {
                state.gates[key] = nil
                return nil
            }
            let (gate, end) = AsyncStream.makeStream(of: Never.self, bufferingPolicy: .bufferingOldest(1))
            state.gates[key] = end
            return (channel, gate)
        }
    }

    private func run(_ channel: any Channel) async {
        do {
            try await channel.run(sink: sink)
        } catch is CancellationError {
            return
        } catch {
            Logger(label: "openclaw.channel.\(channel.id)").error(
                "channel stopped", metadata: ["account": "\(channel.account)", "error": "\(error)"])
        }
    }
}
