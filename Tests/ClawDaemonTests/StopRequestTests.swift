import Testing

@testable import ClawDaemon

struct StopRequestTests {
    @Test func whatWasAskedBeforeIsHeard() async throws {
        let stop = StopRequest()
        #expect(!stop.isAsked)
        stop.ask()
        try await stop.wait()
        #expect(stop.isAsked)
    }

    @Test func everyWaiterHearsIt() async throws {
        let stop = StopRequest()
        let waiters = (0..<3).map { _ in Task { try await stop.wait() } }
        for _ in 0..<10 { await Task.yield() }
        stop.ask()
        for waiter in waiters { try await waiter.value }
    }

    @Test func aLifeThatEndsTakesItsWaiterAlongAndNotTheWish() async throws {
        let stop = StopRequest()
        let waiter = Task { try await stop.wait() }
        await Task.yield()
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(!stop.isAsked)
        stop.ask()
        try await stop.wait()
    }

    /// Someone who asks twice does not want to wait for what the first stop waits for.
    @Test(.timeLimit(.minutes(10))) func aSecondSignalEndsWhatTheFirstWaitsFor() async throws {
        let stop = StopRequest()
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(2))
        signal.yield()
        let end = try await stop.heeding(signals) {
            try await stop.wait()
            // The first one alone cancels nothing.
            try Task.checkCancellation()
            signal.yield()
            do {
                try await Task.sleep(for: .seconds(3600))
                return "drained"
            } catch is CancellationError {
                return "cancelled"
            }
        }
        #expect(end == "cancelled")
    }

    @Test(.timeLimit(.minutes(10))) func aBodyGoesOnWhenNoSignalCanCome() async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        signal.finish()
        let end = try await StopRequest().heeding(signals) {
            for _ in 0..<100 { await Task.yield() }
            return Task.isCancelled
        }
        #expect(!end)
    }
}
