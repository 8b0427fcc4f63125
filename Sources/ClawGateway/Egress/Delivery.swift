package import ClawCore
package import ClawStore
package import ClawSupport
package import Logging
import ServiceLifecycle
import Synchronization

/// Stop 10 of a message: sends the outbox rows of the journal. Rows of one chat go in order; chats do not wait for each
/// other. Each row ends with an outcome, and every attempt is recorded before it is made.
package final class Delivery: Service {
    private struct State {
        var isAwake = false
        var waiter: CheckedContinuation<Void, Never>?
        /// Rows that this process has tried, with the time of the next attempt.
        var retries: [WorkID: Int64] = [:]
    }

    /// The rows of one chat, oldest first.
    private struct Queue: Sendable {
        var rows: [WorkItem]
    }

    private let journal: Journal
    private let channels: ChannelRegistry
    private let time: any TimeSource
    private let logger: Logger
    private let trace: MessageTrace
    private let schedule = DeliverySchedule()
    private let state = Mutex(State())

    package init(
        journal: Journal, channels: ChannelRegistry, time: any TimeSource, logger: Logger, trace: MessageTrace = .none
    ) {
        self.journal = journal
        self.channels = channels
        self.time = time
        self.logger = logger
        self.trace = trace
    }

    /// Says that there are new rows. Returns at once.
    package func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isAwake = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Sends until the task is cancelled or the process shuts down gracefully.
    package func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                state.withLock { $0.isAwake = false }
                let next = try await drain()
                await pause(until: next)
            }
        } onCancelOrGracefulShutdown: {
            self.wake()
        }
    }

    /// Sends everything that is due and returns when the next row is.
    private func drain() async throws -> Int64? {
        let rows = try await journal.unfinished(.delivery)
        state.withLock { state in
            let open = Set(rows.map(\.id))
            state.retries = state.retries.filter { open.contains($0.key) }
        }
        var queues: [String: Queue] = [:]
        for row in rows { queues[queueKey(row), default: Queue(rows: [])].rows.append(row) }
        return try await withThrowingTaskGroup(of: Int64?.self) { group in
            for queue in queues.values { group.addTask { try await self.drain(queue) } }
            var next: Int64?
            for try await due in group { next = [next, due].compactMap(\.self).min() }
            return next
        }
    }

    private func queueKey(_ row: WorkItem) -> String {
        guard let payload = row.payload else { return row.id.rawValue }
        let peer = payload["peer"]?["id"]?.stringValue ?? ""
        return "\(payload["channel"]?.stringValue ?? "")/\(payload["account"]?.stringValue ?? "")/\(peer)"
    }

    /// Sends the rows of one chat. A row that has to wait holds back the ones behind it, so that the order stays.
    private func drain(_ queue: Queue) async throws -> Int64? {
        for row in queue.rows {
            if Task.isShuttingDownGracefully { return nil }
            if let due = try await attempt(row) { return due }
        }
        return nil
    }

    /// One row, as far as it goes now; returns when to come back, or nil when the row has ended.
    private func attempt(_ row: WorkItem) async throws -> Int64? {
        guard let payload = row.payload, let message = OutboundMessage(payload: payload) else {
            try await end(row, .dead(reason: "The row cannot be read."))
            return nil
        }
        guard let channel = channels.channel(message.channel, message.account) else {
            try await end(
                row, .failed(reason: "The channel \(message.channel) is not configured any more.", told: false))
            return nil
        }
        let known = state.withLock { $0.retries[row.id] }
        let now = time.nowMilliseconds
        let step = schedule.step(
            attempts: row.attempts, isOurs: known != nil, idempotentSend: channel.capabilities.idempotentSend,
            retryAt: known, now: now)
        switch step {
        case .wait(let due): return due
        case .end(let outcome):
            try await end(row, outcome)
            return nil
        case .send: return try await send(message, row, over: channel)
        }
    }

    private func send(_ message: OutboundMessage, _ row: WorkItem, over channel: any Channel) async throws -> Int64? {
        try await journal.recordAttempt(delivery: row.id)
        state.withLock { $0.retries[row.id] = 0 }
        trace.reached(.deliver, row.parent?.rawValue ?? row.id.rawValue)
        let step: DeliverySchedule.Step
        do {
            _ = try await channel.send(message)
            step = .end(.delivered)
        } catch let error as DeliveryError {
            step = schedule.step(
                after: error, attempts: row.attempts + 1, idempotentSend: channel.capabilities.idempotentSend,
                now: time.nowMilliseconds)
        } catch is CancellationError {
            // Sent or not, nobody knows: the next start finds the attempt and says so.
            throw CancellationError()
        } catch {
            step = schedule.step(
                after: .retryable(reason: "\(error)", after: nil), attempts: row.attempts + 1,
                idempotentSend: channel.capabilities.idempotentSend, now: time.nowMilliseconds)
        }
        switch step {
        case .end(let outcome):
            try await end(row, outcome)
            return nil
        case .wait(let due):
            state.withLock { $0.retries[row.id] = due }
            logger.notice(
                "delivery will be tried again",
                metadata: ["work": "\(row.id)", "channel": "\(message.channel)", "attempts": "\(row.attempts + 1)"])
            return due
        case .send: return time.nowMilliseconds
        }
    }

    private func end(_ row: WorkItem, _ outcome: Outcome) async throws {
        state.withLock { $0.retries[row.id] = nil }
        if case .delivered = outcome {
        } else {
            logger.warning("delivery ended without arriving", metadata: ["work": "\(row.id)", "outcome": "\(outcome)"])
        }
        do {
            try await journal.finish(row.id, outcome)
        } catch JournalError.alreadyFinished {
            // Someone deleted the session meanwhile; the row has its outcome.
        }
    }

    private func pause(until due: Int64?) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForWake() }
            if let due {
                let wait = max(1, due - time.nowMilliseconds)
                group.addTask {
                    // Cancelled when a wake comes first.
                    try? await self.time.sleep(for: .milliseconds(wait))
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForWake() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state in
                    if state.isAwake || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if goOn { continuation.resume() }
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
