import ClawCore
import ClawStore
import ClawSupport
import Logging
import Synchronization

extension TurnSupervisor {
    /// Feeds one event to a session's mailbox. Called under the lock.
    static func handle(
        _ event: SessionMailbox.Event, _ session: SessionKey, now: Int64, _ state: inout State
    ) -> [SessionMailbox.Action] {
        // What waits while the process drains stays in the journal, so the mailbox may be forgotten with its turn.
        if state.isDraining, event == .turnEnded || event == .woke {
            state.mailboxes[session] = nil
            return []
        }
        var mailbox = state.mailboxes.removeValue(forKey: session) ?? SessionMailbox()
        let actions = mailbox.handle(event, now: now)
        if !mailbox.isIdle { state.mailboxes[session] = mailbox }
        for action in actions {
            switch action {
            case .start:
                state.jobs += 1
                state.turns += 1
            case .wake: state.jobs += 1
            case .interrupt, .finish, .steer: break
            }
        }
        return actions
    }

    func execute(_ job: Job) async {
        switch job {
        case .turn(let batch): await execute(batch)
        case .wake(let session, let delay):
            // A cancelled timer means that the process stops; the journal keeps what waited.
            let isDue: Bool
            do {
                try await ports.time.sleep(for: delay)
                isDue = true
            } catch {
                isDue = false
            }
            let now = ports.time.nowMilliseconds
            let actions = state.withLock { state -> [SessionMailbox.Action] in
                state.jobs -= 1
                return isDue ? Self.handle(.woke, session, now: now, &state) : []
            }
            await performLogging(actions, session: session)
        }
    }

    private func execute(_ batch: TurnBatch) async {
        let session = batch.lead.session
        let handle = registry.begin(batch.lead.run, session: session)
        let status = await inLanes(batch, handle)
        registry.end(batch.lead.run, status)
        for turn in batch.merged { close(turn, status, .finished(message: nil, text: "")) }
        let now = ports.time.nowMilliseconds
        let (actions, waiters) = state.withLock { state in
            let actions = Self.handle(.turnEnded, session, now: now, &state)
            state.jobs -= 1
            state.turns = max(0, state.turns - 1)
            let waiters = state.turns == 0 ? state.idleWaiters : []
            if state.turns == 0 { state.idleWaiters = [] }
            return (actions, waiters)
        }
        await performLogging(actions, session: session)
        for waiter in waiters { waiter.resume() }
    }

    /// The turn in its session's lane, and within that in the global one.
    private func inLanes(_ batch: TurnBatch, _ handle: RunHandle) async -> RunStatus {
        let turn = Turn(ports: ports, batch: batch, handle: handle) { self.takeSteering(batch.lead.session) }
        do {
            return try await lanes.withLane("session:\(batch.lead.session)") {
                try await lanes.withLane("main", limit: limits().maximumConcurrent) { await turn.run() }
            }
        } catch {
            let now = ports.time.nowMilliseconds
            if error is CancellationError { return .aborted(startedAt: nil, endedAt: now, reason: .shutdown) }
            let sentence = FailureText.sentence(for: error)
            publish(batch.lead, .failed(message: sentence))
            await FailedTurnNotice(ports: ports, batch: batch).record(sentence)
            return .failed(startedAt: now, endedAt: now, error: sentence)
        }
    }

    /// What joins the running turn now. From here on these messages are its own.
    private func takeSteering(_ session: SessionKey) -> [PendingTurn] {
        let now = ports.time.nowMilliseconds
        let actions = state.withLock { Self.handle(.steeringTaken, session, now: now, &$0) }
        guard case .steer(let turns)? = actions.first else { return [] }
        for turn in turns where turn.queue.mode != .steerBacklog {
            close(turn, .finished(startedAt: now, endedAt: now), .finished(message: nil, text: ""))
        }
        return turns
    }

    func perform(_ actions: [SessionMailbox.Action], session: SessionKey) async throws {
        for action in actions {
            switch action {
            case .start(let batch): feed.yield(.turn(batch))
            case .wake(let time):
                feed.yield(.wake(session, .milliseconds(max(0, time - ports.time.nowMilliseconds))))
            case .interrupt(let run): _ = registry.abort(session: nil, run: run, reason: .superseded)
            case .finish(let turn, let outcome):
                end(turn, outcome)
                try await ports.journal.finish(turn.work, outcome)
            case .steer: break
            }
        }
    }

    func performLogging(_ actions: [SessionMailbox.Action], session: SessionKey) async {
        for action in actions {
            do {
                try await perform([action], session: session)
            } catch {
                ports.logger.error(
                    "cannot record an outcome", metadata: ["session": "\(session)", "error": "\(error)"])
            }
        }
    }

    func submission(of turn: PendingTurn, _ actions: [SessionMailbox.Action]) -> Submission {
        for action in actions {
            switch action {
            case .start(let batch) where batch.lead.work == turn.work || batch.merged.contains(turn): return .started
            case .finish(turn, .refused(let reason)): return .refused(reason: reason)
            case .finish(turn, .merged):
                let active = state.withLock { $0.mailboxes[turn.session]?.activeRun }
                return .merged(into: active ?? turn.run)
            default: break
            }
        }
        return .queued
    }

    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.turns == 0 { return true }
                state.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Tells watchers how a message ended that had no turn of its own.
    private func end(_ turn: PendingTurn, _ outcome: Outcome) {
        let now = ports.time.nowMilliseconds
        switch outcome {
        case .delivered, .merged:
            close(turn, .finished(startedAt: now, endedAt: now), .finished(message: nil, text: ""))
        case .superseded:
            close(
                turn, .aborted(startedAt: nil, endedAt: now, reason: .superseded),
                .aborted(reason: .superseded, partialText: ""))
        case .silent(let why):
            let reason = AbortReason(outcomeReason: why) ?? .stop
            close(
                turn, .aborted(startedAt: nil, endedAt: now, reason: reason), .aborted(reason: reason, partialText: ""))
        case .refused(let reason), .failed(let reason, _), .dead(let reason):
            let message = "The message was not taken: \(reason)."
            close(turn, .failed(startedAt: now, endedAt: now, error: message), .failed(message: message))
        }
    }

    private func close(_ turn: PendingTurn, _ status: RunStatus, _ body: RunEvent.Body) {
        registry.end(turn.run, status)
        publish(turn, body)
    }

    private func publish(_ turn: PendingTurn, _ body: RunEvent.Body) {
        ports.sink.publish(
            RunEvent(
                run: turn.run, session: turn.session, sequence: 1, timestamp: ports.time.nowMilliseconds, body: body))
    }
}
