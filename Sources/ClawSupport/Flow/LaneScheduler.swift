import Synchronization

/// Named queues that let a limited number of tasks through at once, first come first served.
///
/// Work runs in the task of the caller. A lane exists only while somebody is in it or waits for it.
package final class LaneScheduler: Sendable {
    /// Too many tasks wait for this lane already.
    package struct LaneFull: Error, Sendable, Hashable {
        package let lane: String
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Lane {
        var running = 0
        var limit: Int
        var waiters: [Waiter] = []
    }

    private struct State {
        var lanes: [String: Lane] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let maximumWaiters: Int

    /// `maximumWaiters` bounds the tasks that wait for one lane.
    package init(maximumWaiters: Int = 1024) { self.maximumWaiters = maximumWaiters }

    /// Runs `work` as soon as fewer than `limit` tasks are in the lane `name` and all who came earlier have had their
    /// turn. The newest `limit` counts for the whole lane. Throws `LaneFull`, `CancellationError` while waiting, or
    /// what `work` throws.
    package func withLane<Value>(
        _ name: String, limit: Int = 1, _ work: () async throws -> Value
    ) async throws -> Value {
        try await enter(name, limit: max(1, limit))
        defer { leave(name) }
        return try await work()
    }

    /// How many tasks are in the lane and how many wait for it.
    package func occupancy(of name: String) -> (running: Int, waiting: Int) {
        state.withLock { state in
            let lane = state.lanes[name]
            return (lane?.running ?? 0, lane?.waiters.count ?? 0)
        }
    }

    /// How many lanes exist now.
    package var laneCount: Int { state.withLock { $0.lanes.count } }

    private func enter(_ name: String, limit: Int) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer = admit(Waiter(id: id, continuation: continuation), to: name, limit: limit)
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let position = state.lanes[name]?.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.lanes[name]?.waiters.remove(at: position)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// What to answer at once; nil when the waiter was queued. The task's flag is read under the lock: a cancellation
    /// that comes later finds the waiter in the queue.
    private func admit(_ waiter: Waiter, to name: String, limit: Int) -> Result<Void, any Error>? {
        state.withLock { state in
            if Task.isCancelled { return .failure(CancellationError()) }
            var lane = state.lanes[name] ?? Lane(limit: limit)
            lane.limit = limit
            defer { state.lanes[name] = lane.running == 0 && lane.waiters.isEmpty ? nil : lane }
            if lane.running < limit && lane.waiters.isEmpty {
                lane.running += 1
                return .success(())
            }
            if lane.waiters.count >= maximumWaiters { return .failure(LaneFull(lane: name)) }
            lane.waiters.append(waiter)
            return nil
        }
    }

    private func leave(_ name: String) {
        let next = state.withLock { state -> [Waiter] in
            guard var lane = state.lanes[name] else { return [] }
            lane.running -= 1
            let free = max(0, min(lane.limit - lane.running, lane.waiters.count))
            let next = Array(lane.waiters.prefix(free))
            lane.waiters.removeFirst(free)
            lane.running += free
            state.lanes[name] = lane.running == 0 && lane.waiters.isEmpty ? nil : lane
            return next
        }
        for waiter in next { waiter.continuation.resume() }
    }
}
