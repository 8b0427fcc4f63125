import Dispatch
import Synchronization

/// One timer of the system for all that sleep in this process.
///
/// `Task.sleep` arms a timer for every call and keeps it, some 700 bytes, until its time has come, though the sleeper was
/// cancelled long before: at 800 turns a second with a limit of ten minutes for each, that is 300 MB of deadlines nobody needs.
final class SystemAlarm: Sendable {
    private struct State {
        var queue = SleepQueue<CheckedContinuation<Void, any Error>>()
        let timer: any DispatchSourceTimer
        /// What the timer is set to; nil when it is not.
        var armed: UInt64?
    }

    static let shared = SystemAlarm()

    private let state = Mutex(State(timer: DispatchSource.makeTimerSource(queue: .global())))

    init() {
        state.withLock { state in
            state.timer.setEventHandler { [weak self] in self?.ring() }
            state.timer.activate()
        }
    }

    deinit { state.withLock { $0.timer.cancel() } }

    /// How many sleep now.
    var count: Int { state.withLock { $0.queue.count } }

    /// Returns after `duration`; throws `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        if duration <= .zero { return await Task.yield() }
        let deadline = Self.deadline(after: duration)
        let id = state.withLock { $0.queue.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (sleeper: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.queue.add(sleeper, as: id, until: deadline)
                    arm(&state)
                    return false
                }
                if isCancelled { sleeper.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.queue.remove(id) }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    private static func deadline(after duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        // A hundred years are as good as any longer time, and cannot overflow.
        if seconds > 3_155_760_000 { return .max }
        return PosixClock.monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
            + UInt64(attoseconds / 1_000_000_000)
    }

    private func ring() {
        let woken = state.withLock { state in
            state.armed = nil
            let woken = state.queue.wake(at: PosixClock.monotonicNanoseconds())
            arm(&state)
            return woken
        }
        for sleeper in woken { sleeper.resume() }
    }

    /// Sets the timer when it would ring too late. One that rings for somebody who is gone does no harm.
    private func arm(_ state: inout State) {
        guard let next = state.queue.nextDeadline, next < state.armed ?? .max else { return }
        state.armed = next
        let now = PosixClock.monotonicNanoseconds()
        let wait = next > now ? min(next - now, UInt64(Int64.max / 2)) : 0
        state.timer.schedule(deadline: .now() + .nanoseconds(Int(wait)), leeway: .nanoseconds(0))
    }
}
