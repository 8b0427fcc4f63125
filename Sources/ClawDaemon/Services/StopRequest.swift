import Synchronization
import UnixSignals

/// The wish that the process ends. It outlives the lives that restarts make, so that a signal which comes while one of them
/// ends and the next has not begun is no more lost than any other.
final class StopRequest: Sendable {
    private struct State {
        /// How often it was asked for.
        var asked = 0
        var nextWaiter = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    var isAsked: Bool { state.withLock { $0.asked > 0 } }

    private var isRepeated: Bool { state.withLock { $0.asked > 1 } }

    /// Says how often it was asked for by now.
    @discardableResult func ask() -> Int {
        let (asked, waiting) = state.withLock { state in
            state.asked += 1
            defer { state.waiting = [:] }
            return (state.asked, state.waiting)
        }
        for waiter in waiting.values { waiter.finish() }
        return asked
    }

    /// Returns when a stop is asked for, at once when it was before. Throws when the task is cancelled.
    func wait() async throws {
        let (asked, waiter) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let number = state.withLock { state -> Int? in
            if state.asked > 0 { return nil }
            defer { state.nextWaiter += 1 }
            state.waiting[state.nextWaiter] = waiter
            return state.nextWaiter
        }
        guard let number else { return }
        for await _ in asked {}
        state.withLock { _ = $0.waiting.removeValue(forKey: number) }
        try Task.checkCancellation()
    }

    /// Runs `body`, during which the first of `signals` asks for a stop, and a second one cancels `body`.
    func trapping<Result: Sendable>(
        _ signals: [UnixSignal], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        if signals.isEmpty { return try await body() }
        // Made before the body begins: from here on no signal kills the process.
        return try await heeding(await UnixSignalsSequence(trapping: signals), body)
    }

    /// Runs `body`; the first of `arrivals` asks for a stop, a second one cancels `body`.
    func heeding<Result: Sendable, Arrivals: AsyncSequence & Sendable>(
        _ arrivals: Arrivals, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                for try await _ in arrivals where self.ask() > 1 { break }
                return nil
            }
            tasks.addTask { try await body() }
            while let ended = try await tasks.next() {
                if let result = ended { return result }
                if isRepeated { tasks.cancelAll() }
            }
            throw CancellationError()
        }
    }
}
