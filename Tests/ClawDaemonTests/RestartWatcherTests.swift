import ClawSupport
import Testing

@testable import ClawDaemon

struct RestartWatcherTests {
    /// A stop cancels what waits for a restart. Which of its tasks ends first is up to the scheduler, hence the many rounds.
    @Test func aStopIsNeverTakenForARestart() async throws {
        for round in 1...300 {
            let restarts = RestartController(time: SystemTimeSource())
            let watcher = Task { try await RestartWatcher.wait(for: restarts, trapsSignal: true) }
            for _ in 0..<(round % 20) { await Task.yield() }
            watcher.cancel()
            await #expect(throws: CancellationError.self, "round \(round)") { try await watcher.value }
        }
    }

    @Test func aRestartThatIsAskedForEndsTheWait() async throws {
        let restarts = RestartController(time: SystemTimeSource())
        let watcher = Task { try await RestartWatcher.wait(for: restarts, trapsSignal: true) }
        restarts.ask(delay: 0, reason: "test")
        try await watcher.value
    }
}
