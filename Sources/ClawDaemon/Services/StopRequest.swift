import Synchronization
import UnixSignals

/// The wish that the process ends. It outlives the lives that restarts make, so that a signal which comes while one of them
/// ends and the next has not begun is no more lost than any other.
final class StopRequest: Sendable {
    private struct State {
        var isAsked = false
        var nextWaiter = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    var isAsked: Bool { state.withLock { $0.isAsked } }

    func ask() {
        let waiting = state.withLock { state in
            state.isAsked = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.finish() }
    }

    /// Returns when a stop is asked for, at once when it was before. Throws when the task is cancelled.
    func wait() async throws {
        let (asked, waiter) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let number = state.withLock { state -> Int? in
            if state.isAsked { return nil }
            defer { state.nextWaiter += 1 }
            state.waiting[state.nextWaiter] = waiter
            return state.nextWaiter
        }
        guard let number else { return }
        for await _ in asked {}
        state.withLock { _ = $0.waiting.removeValue(forKey: number) }
        try Task.checkCancellation()
    }

    /// Runs `body`, during which each of `signals` asks for a stop.
    func trapping<Result: Sendable>(
        _ signals: [UnixSignal], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        if signals.isEmpty { return try await body() }
        // Made before the body begins: from here on no signal kills the process.
        let arrivals = await UnixSignalsSequence(trapping: signals)
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                for await _ in arrivals { self.ask() }
                return nil
            }
            tasks.addTask { try await body() }
            while let ended = try await tasks.next() {
                if let result = ended { return result }
            }
            throw CancellationError()
        }
    }
}
