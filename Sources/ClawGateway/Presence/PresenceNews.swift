package import ClawSupport
import ServiceLifecycle

/// Tells clients that somebody left, at once, and then at most four times a second: when a network breaks, thousands leave
/// together, and each of them would be a list of 200 entries for everybody who stays.
package final class PresenceNews: Service, Sendable {
    private static let pause = Duration.milliseconds(250)

    private let hub: EventHub
    private let presence: PresenceRegistry
    private let time: any TimeSource
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    package init(hub: EventHub, presence: PresenceRegistry, time: any TimeSource) {
        self.hub = hub
        self.presence = presence
        self.time = time
        // What changes while one list is told is in the next one.
        (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Somebody came or left.
    func changed() { change.yield() }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in changes {
                hub.broadcastPresence(["presence": .array(presence.list)])
                do { try await time.sleep(for: Self.pause) } catch { return }
            }
        }
    }
}
