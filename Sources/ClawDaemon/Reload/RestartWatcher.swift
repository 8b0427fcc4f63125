import ClawGateway
import ClawSupport
import Logging
import ServiceLifecycle
import UnixSignals

/// Ends one life of the Gateway when a restart is due, so that the next one begins: asked for by a change of the
/// configuration, by a method, or by SIGUSR1.
struct RestartWatcher: Sendable {
    let composition: Composition
    let group: ServiceGroup
    /// Whether SIGUSR1 means a restart; in a process that is not the Gateway's own it does not.
    let trapsSignal: Bool

    /// Returns when a restart was begun. Throws when the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await self.composition.restarts.wait() }
            if trapsSignal {
                tasks.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigusr1) {
                        self.composition.restarts.ask(delay: 0, reason: "SIGUSR1", cools: false)
                    }
                }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
        composition.wire.connections.announceRestart()
        await group.triggerGracefulShutdown()
    }
}
