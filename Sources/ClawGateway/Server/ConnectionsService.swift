import ClawProtocol
package import ClawSupport
import ServiceLifecycle
import Synchronization

/// The open WebSockets as a service: at shutdown it tells every client and closes it.
package final class ConnectionsService: Service {
    /// Milliseconds until clients should come back after a restart.
    private static let restartDelay = 1500

    private let hub: EventHub
    private let time: any TimeSource
    private let restarting = Mutex(false)

    package init(hub: EventHub, time: any TimeSource) {
        self.hub = hub
        self.time = time
    }

    /// Makes the coming shutdown one that clients know to be short.
    package func announceRestart() { restarting.withLock { $0 = true } }

    package var isRestarting: Bool { restarting.withLock { $0 } }

    /// How long work under way gets at the coming shutdown. A restart is nobody's hurry.
    package var drainGrace: Duration { isRestarting ? .seconds(30) : .seconds(5) }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled without a graceful shutdown: clients are told all the same.
        }
        let isRestart = isRestarting
        hub.broadcast(
            .shutdown,
            [
                "reason": isRestart ? "gateway restarting" : "gateway stopping",
                "restartExpectedMs": isRestart ? .int(Self.restartDelay) : nil,
            ])
        for connection in hub.connections { connection.close(.serviceRestart, "service restart") }
        // Sockets that do not answer are closed by their own time limit; this only waits for it.
        for _ in 0..<150 where !hub.connections.isEmpty {
            do {
                try await time.sleep(for: .milliseconds(10))
            } catch {
                return
            }
        }
    }
}
