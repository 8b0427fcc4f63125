package import ClawSupport
import ServiceLifecycle

/// Tells the last words of texts that stopped growing: a model that thinks, or a tool that runs, may say nothing for minutes,
/// and `chat` events that came too early wait for the next one. One sleep for all runs.
package struct HeldTexts: Service {
    private let hub: EventHub
    private let time: any TimeSource

    package init(hub: EventHub, time: any TimeSource) {
        self.hub = hub
        self.time = time
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in hub.holds {
                // The first call only tells how long to wait.
                while let wait = hub.flush() {
                    do { try await time.sleep(for: wait) } catch { return }
                }
            }
        }
    }
}
