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
        try await Self.wait(for: composition.restarts, trapsSignal: trapsSignal)
        composition.wire.connections.announceRestart()
        await group.triggerGracefulShutdown()
    }

    /// Returns when a restart is due; throws when the task is cancelled, which is a stop and must never look like a restart.
    static func wait(for restarts: RestartController, trapsSignal: Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await restarts.wait() }
            if trapsSignal {
                tasks.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigusr1) {
                        restarts.ask(delay: 0, reason: "SIGUSR1", cools: false)
                    }
                    // The sequence ends without an error when the task is cancelled.
                    throw CancellationError()
                }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
        try Task.checkCancellation()
    }
}
