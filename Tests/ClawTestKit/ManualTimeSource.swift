import ClawSupport
import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualTimeSource: TimeSource {
    private struct Sleeper {
        let id: Int
        let deadline: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var milliseconds: Int64
        var nanoseconds: UInt64 = 0
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    /// Starts at `milliseconds` since 1970; the default is 2026-03-01T08:00:00Z.
    package init(milliseconds: Int64 = 1_772_352_000_000) { state = Mutex(State(milliseconds: milliseconds)) }

    package var nowMilliseconds: Int64 { state.withLock { $0.milliseconds } }

    package var monotonicNanoseconds: UInt64 { state.withLock { $0.nanoseconds } }

    /// How many tasks wait on this clock now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let resumeNow: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    let wait = Self.nanoseconds(duration)
                    if wait == 0 { return .success(()) }
                    state.sleepers.append(
                        Sleeper(id: id, deadline: state.nanoseconds + wait, continuation: continuation))
                    return nil
                }
                if let resumeNow { continuation.resume(with: resumeNow) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let position = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: position)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves both clocks on and wakes whoever waited until then.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            let step = Self.nanoseconds(duration)
            state.nanoseconds += step
            state.milliseconds += Int64(step / 1_000_000)
            let due = state.sleepers.filter { $0.deadline <= state.nanoseconds }
            state.sleepers.removeAll { $0.deadline <= state.nanoseconds }
            return due
        }
        for sleeper in due.sorted(by: { $0.deadline < $1.deadline }) { sleeper.continuation.resume() }
    }

    /// Returns once `count` tasks wait on this clock, so that a test can advance it without a race.
    package func waitForSleepers(_ count: Int) async {
        while sleeperCount < count { await Task.yield() }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let parts = duration.components
        return parts.seconds < 0 ? 0 : UInt64(parts.seconds) * 1_000_000_000 + UInt64(parts.attoseconds / 1_000_000_000)
    }
}
