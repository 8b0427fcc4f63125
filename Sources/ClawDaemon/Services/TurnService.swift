import ClawAgent
import ClawGateway
import Logging
import ServiceLifecycle

/// Runs turns. At a graceful shutdown no new ones are taken and the running ones get time to end; what does not end stays in
/// the journal for the next start.
struct TurnService: Service {
    let turns: TurnSupervisor
    let intake: TurnIntake
    let feed: RunFeed
    /// How long running turns get at a graceful shutdown.
    let grace: @Sendable () -> Duration

    func run() async throws {
        // Who waits for a turn that never began is told so while connections are still open.
        defer { feed.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.turns.run() }
            group.addTask { try await self.intake.recover() }
            group.addTask {
                // Cancelled when the turns end otherwise.
                try? await gracefulShutdown()
                await self.turns.drain(grace: self.grace())
            }
            var ended = 0
            while ended < 2, try await group.next() != nil {
                ended += 1
                if ended == 1, Task.isCancelled { break }
            }
            group.cancelAll()
        }
    }
}
