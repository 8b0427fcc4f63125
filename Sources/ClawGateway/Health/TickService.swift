import ClawProtocol
package import ClawSupport
import ServiceLifecycle

/// Tells every client every 30 seconds that the Gateway is alive.
package struct TickService: Service {
    private let hub: EventHub
    private let time: any TimeSource

    package init(hub: EventHub, time: any TimeSource) {
        self.hub = hub
        self.time = time
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await time.sleep(for: .milliseconds(WireLimit.tickInterval))
                } catch {
                    return
                }
                hub.trim()
                hub.broadcast(.tick, ["ts": .int64(time.nowMilliseconds)])
            }
        }
    }
}
