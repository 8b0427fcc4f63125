package import ClawCore
import ClawStore
package import ClawSupport
import Synchronization

/// Runs turns: takes accepted messages, lets each session's mailbox decide, and executes what it decided in the
/// session's lane and then the global one. A service: turns run as children of `run`.
package final class TurnSupervisor: Sendable {
    /// The limits of concurrency, read for each turn.
    package struct Limits: Sendable, Hashable {
        /// Turns at once in the lane `main`.
        package var maximumConcurrent: Int
        /// Turns and timers that may be under way or wait for their lanes; more are refused.
        package var maximumJobs: Int

        package init(maximumConcurrent: Int = 4, maximumJobs: Int = 4096) {
            self.maximumConcurrent = maximumConcurrent
            self.maximumJobs = maximumJobs
        }
    }

    enum Job: Sendable {
        case turn(TurnBatch)
        case wake(SessionKey, Duration)
    }

    struct State {
        var mailboxes: [SessionKey: SessionMailbox] = [:]
        /// No new messages are taken and no waiting ones are started.
        var isDraining = false
        /// Turns and timers that were fed and have not ended.
        var jobs = 0
        /// The turns among them.
        var turns = 0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    package let registry: RunRegistry
    let ports: TurnPorts
    let lanes: LaneScheduler
    let limits: @Sendable () -> Limits
    let state = Mutex(State())
    let feed: AsyncStream<Job>.Continuation
    private let jobs: AsyncStream<Job>

    package init(
        ports: TurnPorts, lanes: LaneScheduler = LaneScheduler(maximumWaiters: 4096),
        limits: @escaping @Sendable () -> Limits = { Limits() }
    ) {
        self.ports = ports
        self.lanes = lanes
        self.limits = limits
        registry = RunRegistry(time: ports.time)
        // `maximumJobs` is checked before a job is fed, so the buffer never drops one.
        (jobs, feed) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingOldest(1 << 16))
    }

    /// Runs turns until `drain` has ended them or the task is cancelled; turns that run then are aborted with reason
    /// `shutdown` and stay open in the journal, for the next start. To be called once.
    package func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await job in jobs {
                    group.addTask { await self.execute(job) }
                }
                // What is left are timers and turns that were told to end.
                group.cancelAll()
            }
        } onCancel: {
            stop()
        }
        // Turns that were fed and never begun stay open in the journal; nobody needs to wait for them.
        let waiters = state.withLock { state in
            defer { state.idleWaiters = [] }
            state.turns = 0
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Takes an accepted message. When this returns, the message runs, waits, or has its outcome. Messages of channels
    /// that come while the process drains stay open in the journal, for the next start. Throws when the journal could
    /// not record an outcome.
    package func submit(_ turn: PendingTurn) async throws -> Submission {
        let maximumJobs = limits().maximumJobs
        let now = ports.time.nowMilliseconds
        let (refusal, actions) = state.withLock { state -> (String?, [SessionMailbox.Action]) in
            if state.isDraining { return ("draining", []) }
            if state.jobs >= maximumJobs { return ("overloaded", []) }
            registry.enqueue(turn.run, session: turn.session)
            return (nil, Self.handle(.arrived(turn), turn.session, now: now, &state))
        }
        if let refusal {
            if refusal != "draining" || turn.replyTarget == .webchat {
                try await ports.journal.finish(turn.work, .refused(reason: refusal))
            }
            return .refused(reason: refusal)
        }
        // The mailbox has decided, and nothing of its decision has begun.
        ports.trace.reached(.queue, turn.work.rawValue)
        try await perform(actions, session: turn.session)
        return submission(of: turn, actions)
    }

    /// Ends runs early: the one named, or all of a session, running and waiting ones alike. Returns those that it ended.
    /// At least one of both is given.
    package func abort(session: SessionKey?, run: RunID?, reason: AbortReason) async -> [RunID] {
        var ended = registry.abort(session: session, run: run, reason: reason)
        let now = ports.time.nowMilliseconds
        let outcome = Outcome.silent(reason: reason.outcomeReason)
        let actions = state.withLock { state in
            let holders = state.mailboxes.filter { box in box.value.waiting.contains { $0.run == run } }.map(\.key)
            return (session.map { [$0] } ?? holders).map { key in
                let event = run.map { SessionMailbox.Event.withdrawn($0, outcome) } ?? .cleared(outcome)
                return (key, Self.handle(event, key, now: now, &state))
            }
        }
        for (key, actions) in actions {
            for case .finish(let turn, _) in actions { ended.append(turn.run) }
            await performLogging(actions, session: key)
        }
        return ended
    }

    /// How the run stands when it has ended or `timeout` has passed.
    package func wait(for run: RunID, timeout: Duration) async -> RunStatus {
        await registry.wait(for: run, timeout: timeout)
    }

    /// Whether this run waits, runs or has lately ended.
    package func isKnown(_ run: RunID) -> Bool { registry.status(of: run) != .unknown }

    /// How many messages wait in a session.
    package func queueDepth(of session: SessionKey) -> Int { state.withLock { $0.mailboxes[session]?.depth ?? 0 } }

    /// Whether something runs or waits in a session.
    package func isBusy(_ session: SessionKey) -> Bool {
        queueDepth(of: session) > 0 || !registry.active(in: session).isEmpty
    }

    /// Whether no new messages are taken, since the process ends.
    package var isDraining: Bool { state.withLock { $0.isDraining } }

    /// How many turns run or wait for their lanes.
    package var turnCount: Int { state.withLock { $0.turns } }

    /// Takes no new messages and waits until the running turns have ended, at most `grace`; the rest is aborted and
    /// stays open in the journal, as does what waits. Then `run` returns.
    package func drain(grace: Duration) async {
        state.withLock { $0.isDraining = true }
        let time = ports.time
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitUntilIdle() }
            group.addTask {
                // Cancelled when the turns were faster.
                do { try await time.sleep(for: grace) } catch { return }
            }
            await group.next()
            self.stop()
            group.cancelAll()
        }
    }

    private func stop() {
        state.withLock { $0.isDraining = true }
        _ = registry.abort(session: nil, run: nil, reason: .shutdown)
        feed.finish()
    }
}
