package import ClawCore
package import ClawStore
package import ClawSupport
package import Logging
import ServiceLifecycle
import Synchronization

/// Stop 10 of a message: sends the outbox rows of the journal. Rows of one chat go in order; no chat waits for another. Each
/// row ends with an outcome, and every attempt is recorded before it is made.
package final class Delivery: Service {
    /// What shares an order: one chat of one account.
    private struct Chat: Sendable, Hashable {
        var channel: String
        var account: String
        var peer: String
    }

    private struct Decision: Sendable {
        var outcome: Outcome
        /// The platform's id of a message that it took.
        var messageID: String?
    }

    private struct State {
        var isAwake = false
        var waiter: CheckedContinuation<Void, Never>?
        /// Chats whose rows are being sent now.
        var active: Set<Chat> = []
        /// When a chat that had to stop goes on.
        var due: [Chat: Int64] = [:]
        /// Rows that this process has tried, with the time of the next attempt.
        var retries: [WorkID: Int64] = [:]
        /// Outcomes that the journal has not taken yet: such a row is not sent again.
        var decided: [WorkID: Decision] = [:]
    }

    private let journal: Journal
    private let channels: ChannelRegistry
    private let time: any TimeSource
    private let logger: Logger
    private let trace: MessageTrace
    private let metrics: GatewayMetrics
    /// For those who wait for the end of a delivery.
    package let watch = DeliveryWatch()
    private let schedule = DeliverySchedule()
    private let state = Mutex(State())

    /// How long to wait when the journal cannot be read or written, in milliseconds.
    private static let storePause: Int64 = 5000

    package init(
        journal: Journal, channels: ChannelRegistry, time: any TimeSource, logger: Logger,
        metrics: GatewayMetrics = GatewayMetrics(), trace: MessageTrace = .none
    ) {
        self.journal = journal
        self.channels = channels
        self.time = time
        self.logger = logger
        self.trace = trace
        self.metrics = metrics
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
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled, !Task.isShuttingDownGracefully {
                    state.withLock { $0.isAwake = false }
                    let (work, next) = await findWork()
                    for (chat, rows) in work { group.addTask { await self.drain(chat, rows) } }
                    await pause(until: next)
                }
            }
        } onCancelOrGracefulShutdown: {
            self.wake()
        }
    }

    /// The chats that can be served now with their rows, oldest first, all marked as active; and when to look again.
    private func findWork() async -> (work: [Chat: [WorkItem]], next: Int64?) {
        // A chat that is busy before the rows are read may have sent some of them by the time they are here.
        let busy = state.withLock { $0.active }
        let rows: [WorkItem]
        do {
            rows = try await journal.unfinished(.delivery)
        } catch {
            if error is CancellationError { return ([:], nil) }
            logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            return ([:], time.nowMilliseconds + Self.storePause)
        }
        let chats = Dictionary(grouping: rows, by: chat)
        let now = time.nowMilliseconds
        return state.withLock { state in
            let open = Set(rows.map(\.id))
            state.retries = state.retries.filter { open.contains($0.key) }
            state.decided = state.decided.filter { open.contains($0.key) }
            state.due = state.due.filter { chats[$0.key] != nil }
            let work = chats.filter { chat, _ in !busy.contains(chat) && state.due[chat, default: now] <= now }
            state.active.formUnion(work.keys)
            return (work, state.due.filter { work[$0.key] == nil }.values.min())
        }
    }

    private func chat(of row: WorkItem) -> Chat {
        guard let payload = row.payload else { return Chat(channel: "", account: "", peer: row.id.rawValue) }
        return Chat(
            channel: payload["channel"]?.stringValue ?? "", account: payload["account"]?.stringValue ?? "",
            peer: payload["peer"]?["id"]?.stringValue ?? "")
    }

    /// Sends the rows of one chat. A row that has to wait holds back the ones behind it, so that the order stays.
    private func drain(_ chat: Chat, _ rows: [WorkItem]) async {
        var due: Int64?
        do {
            for row in rows where due == nil && !Task.isShuttingDownGracefully { due = try await attempt(row) }
        } catch {
            if !(error is CancellationError) {
                logger.error("a delivery cannot be recorded", metadata: ["error": "\(error)"])
            }
            due = time.nowMilliseconds + Self.storePause
        }
        state.withLock { state in
            state.active.remove(chat)
            state.due[chat] = due
        }
        wake()
    }

    /// One row, as far as it goes now; returns when to come back, or nil when the row has ended.
    private func attempt(_ row: WorkItem) async throws -> Int64? {
        if let decision = state.withLock({ $0.decided[row.id] }) {
            try await end(row, decision.outcome, messageID: decision.messageID)
            return nil
        }
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
        do {
            try await journal.recordAttempt(delivery: row.id)
        } catch JournalError.alreadyFinished {
            // Its outcome was written since the rows were read.
            watch.ended(row.id)
            return nil
        }
        state.withLock { $0.retries[row.id] = 0 }
        trace.reached(.deliver, row.parent?.rawValue ?? row.id.rawValue)
        let step: DeliverySchedule.Step
        var receipt: DeliveryReceipt?
        do {
            receipt = try await channel.send(message)
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
            try await end(row, outcome, messageID: receipt?.messageID)
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

    private func end(_ row: WorkItem, _ outcome: Outcome, messageID: String? = nil) async throws {
        if outcome != .delivered {
            logger.warning("delivery ended without arriving", metadata: ["work": "\(row.id)", "outcome": "\(outcome)"])
        }
        state.withLock { $0.decided[row.id] = Decision(outcome: outcome, messageID: messageID) }
        do {
            try await journal.finish(row.id, outcome, messageID: messageID)
        } catch JournalError.alreadyFinished {
            // Somebody else wrote the outcome meanwhile, and that is final.
        }
        state.withLock { state in
            state.retries[row.id] = nil
            state.decided[row.id] = nil
        }
        metrics.delivered(row.payload.flatMap { OutboundMessage(payload: $0) }?.channel, outcome.name)
        watch.ended(row.id)
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
