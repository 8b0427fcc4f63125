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
}
