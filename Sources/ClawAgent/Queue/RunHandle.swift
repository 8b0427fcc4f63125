import ClawSupport
import Synchronization

/// The switch that ends one run early.
package final class RunHandle: Sendable {
    private struct State {
        var reason: AbortReason?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Why the run was aborted; nil while it was not.
    package var reason: AbortReason? { state.withLock { $0.reason } }

    /// Asks the run to end. Returns whether this was the first time.
    package func abort(_ reason: AbortReason) -> Bool {
        let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.reason == nil else { return (false, nil) }
            state.reason = reason
            defer { state.waiter = nil }
            return (true, state.waiter)
        }
        waiter?.resume()
        return isFirst
    }

    /// Runs `work` in a child task that is cancelled when the run is aborted, when `timeout` has passed (which aborts
    /// with reason `timeout`) or when the caller is cancelled. Returns what `work` returns, so `work` decides what an
    /// abort leaves behind.
    func run<Value: Sendable>(
        timeout: Duration?, time: any TimeSource, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                await self.waitForAbort()
                return nil
            }
            if let timeout {
                group.addTask {
                    do {
                        try await time.sleep(for: timeout)
                        _ = self.abort(.timeout)
                    } catch {
                        // Cancelled because the work is done.
                    }
                    return nil
                }
            }
            for await value in group {
                if let value {
                    group.cancelAll()
                    return value
                }
                if reason != nil { group.cancelAll() }
            }
            return nil
        }
    }

    /// Returns when the run is aborted or the caller is cancelled. One caller at a time.
    private func waitForAbort() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
