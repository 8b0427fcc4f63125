package import ClawCore
package import ClawSupport
import Synchronization

/// How a run stands.
package enum RunStatus: Sendable, Hashable {
    case unknown
    case queued
    /// Milliseconds since 1970.
    case running(startedAt: Int64)
    case finished(startedAt: Int64, endedAt: Int64)
    case failed(startedAt: Int64, endedAt: Int64, error: String)
    case aborted(startedAt: Int64?, endedAt: Int64, reason: AbortReason)

    package var isTerminal: Bool {
        switch self {
        case .finished, .failed, .aborted: true
        default: false
        }
    }

    /// What is kept of a run that ended: there may be thousands, and an error may hold a vendor's whole answer.
    var remembered: RunStatus {
        guard case .failed(let startedAt, let endedAt, let error) = self else { return self }
        return .failed(startedAt: startedAt, endedAt: endedAt, error: String(TextCut.prefix(error, bytes: 240)))
    }
}

/// Every run that is active or ended in the last ten minutes, and the one way to end one early.
package final class RunRegistry: Sendable {
    private struct Record {
        var session: SessionKey
        var status: RunStatus
        var handle: RunHandle?
        var waiters: [UInt64: CheckedContinuation<RunStatus, Never>] = [:]
    }

    private struct State {
        var records: [RunID: Record] = [:]
        /// Ended runs, oldest first.
        var ended: [(run: RunID, at: Int64)] = []
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())
    private let time: any TimeSource
    private let memory: Int64
    private let maximumEnded: Int

    /// Ended runs are remembered for `memory` milliseconds, at most `maximumEnded` of them.
    package init(time: any TimeSource, memory: Int64 = 600_000, maximumEnded: Int = 2000) {
        self.time = time
        self.memory = memory
        self.maximumEnded = maximumEnded
    }

    package func status(of run: RunID) -> RunStatus {
        state.withLock { state in
            forgetOld(&state)
            return state.records[run]?.status ?? .unknown
        }
    }

    /// The session of a run that has not been forgotten.
    package func session(of run: RunID) -> SessionKey? { state.withLock { $0.records[run]?.session } }

    /// The runs of a session, or of all, that have not ended.
    package func active(in session: SessionKey? = nil) -> [RunID] {
        state.withLock { state in
            state.records.filter { !$0.value.status.isTerminal && (session == nil || $0.value.session == session) }
                .map(\.key).sorted { $0.rawValue < $1.rawValue }
        }
    }

    /// How many runs have begun and not ended.
    package var runningCount: Int {
        state.withLock { state in
            state.records.values.count { if case .running = $0.status { true } else { false } }
        }
    }

    /// Ends runs early: the one named, or all of a session, or all. Returns the ones that were running; queued ones are
    /// not touched. The first reason that reaches a run stays.
    package func abort(session: SessionKey?, run: RunID?, reason: AbortReason) -> [RunID] {
        let found = state.withLock { state in
            state.records.filter { id, record in
                record.handle != nil && (run == nil || id == run) && (session == nil || record.session == session)
            }.compactMap { id, record in record.handle.map { (id, $0) } }
        }
        return found.filter { $0.1.abort(reason) }.map(\.0).sorted { $0.rawValue < $1.rawValue }
    }

    /// Returns when the run has ended or `timeout` has passed, with the status then.
    package func wait(for run: RunID, timeout: Duration) async -> RunStatus {
        let now = status(of: run)
        if now.isTerminal || now == .unknown || timeout <= .zero { return now }
        let time = time
        return await withTaskGroup(of: RunStatus?.self) { group in
            group.addTask { await self.terminalStatus(of: run) }
            group.addTask {
                do { try await time.sleep(for: timeout) } catch { return nil }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? self.status(of: run)
        }
    }

    func enqueue(_ run: RunID, session: SessionKey) {
        state.withLock { state in
            forgetOld(&state)
            if state.records[run].map({ !$0.status.isTerminal }) ?? false { return }
            state.records[run] = Record(session: session, status: .queued)
        }
    }

    func begin(_ run: RunID, session: SessionKey) -> RunHandle {
        let handle = RunHandle()
        let now = time.nowMilliseconds
        state.withLock { state in
            var record = state.records[run] ?? Record(session: session, status: .queued)
            record.status = .running(startedAt: now)
            record.handle = handle
            state.records[run] = record
        }
        return handle
    }

    /// Records the end and tells everybody who waits.
    func end(_ run: RunID, _ status: RunStatus) {
        let now = time.nowMilliseconds
        let waiters = state.withLock { state -> [CheckedContinuation<RunStatus, Never>] in
            guard var record = state.records[run], !record.status.isTerminal else { return [] }
            let waiters = Array(record.waiters.values)
            record.status = status.remembered
            record.handle = nil
            record.waiters = [:]
            state.records[run] = record
            state.ended.append((run, now))
            forgetOld(&state)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    private func terminalStatus(of run: RunID) async -> RunStatus {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> RunStatus? in
                    let status = state.records[run]?.status ?? .unknown
                    if status.isTerminal || status == .unknown || Task.isCancelled { return status }
                    state.records[run]?.waiters[id] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                (state.records[run]?.waiters.removeValue(forKey: id)).map {
                    ($0, state.records[run]?.status ?? .unknown)
                }
            }
            if let waiter { waiter.0.resume(returning: waiter.1) }
        }
    }

    private func forgetOld(_ state: inout State) {
        let horizon = time.nowMilliseconds - memory
        var old = 0
        while old < state.ended.count, state.ended[old].at < horizon || state.ended.count - old > maximumEnded {
            // A run id that was used again stands for the newer run, which is still needed.
            if state.records[state.ended[old].run]?.status.isTerminal == true {
                state.records[state.ended[old].run] = nil
            }
            old += 1
        }
        if old > 0 { state.ended.removeFirst(old) }
    }
}
