package import ClawCore
package import ClawStore
import ClawSupport

/// The queue of one session: decides what becomes of each message, and does nothing itself.
///
/// Every message that goes in comes out exactly once: as lead or part of a started turn, as steering text that a turn
/// took, or with a `finish` action that names its outcome.
package struct SessionMailbox: Sendable, Hashable {
    package enum Event: Sendable, Hashable {
        case arrived(PendingTurn)
        /// The active turn is over, however it ended. Steering texts that it did not take wait as follow-ups.
        case turnEnded
        /// The time that a `wake` action asked for has come.
        case woke
        /// A person stopped the session: whatever waits is dropped.
        case cleared(Outcome)
        /// One message that waits is not wanted any more.
        case withdrawn(RunID, Outcome)
        /// The active turn reads what steers it now.
        case steeringTaken
    }

    package enum Action: Sendable, Hashable {
        case start(TurnBatch)
        /// Send `woke` at this time, milliseconds since 1970.
        case wake(at: Int64)
        /// Abort the active run because a newer message replaces it.
        case interrupt(RunID)
        case finish(PendingTurn, Outcome)
        /// Put these texts into the active turn. Their rows end as merged with its next commit, but not the ones whose
        /// mode is `steerBacklog`: those have a turn of their own to come.
        case steer([PendingTurn])
    }

    private enum Phase: Sendable, Hashable {
        case idle
        /// The flag is that of the one who gave the turn its rights.
        case running(RunID, WorkID, isOwner: Bool)
        /// Quiet is awaited until this time.
        case waiting(until: Int64)
        /// One sender's texts are taken together, until this time.
        case gathering(until: Int64)
    }

    private var phase = Phase.idle
    private var pending: [PendingTurn] = []
    private var steering: [PendingTurn] = []
    /// One line for each message that was dropped for lack of room.
    private var summary: [String] = []
    private var lastArrival: Int64 = 0

    package init() {}

    /// Nothing runs and nothing waits.
    package var isIdle: Bool { phase == .idle && pending.isEmpty && steering.isEmpty }

    /// The run that is active now.
    package var activeRun: RunID? {
        if case .running(let run, _, _) = phase { run } else { nil }
    }

    /// How many messages wait.
    package var depth: Int { waiting.count }

    /// What waits, for a stop that must tell which runs it ended.
    package var waiting: [PendingTurn] { steeringOnly + pending }

    /// Steering texts without the ones that also wait for a turn of their own.
    private var steeringOnly: [PendingTurn] { steering.filter { $0.queue.mode != .steerBacklog } }

    /// Takes one event at `now`, milliseconds since 1970, and says what to do, in order.
    package mutating func handle(_ event: Event, now: Int64) -> [Action] {
        switch event {
        case .arrived(let turn): return arrive(turn, now: now)
        case .turnEnded:
            pending.insert(contentsOf: steeringOnly, at: 0)
            steering = []
            phase = .idle
            return drain(now: now)
        case .woke:
            if case .gathering(let due) = phase {
                // The wake of an earlier text; the last one asked for its own.
                return due > now ? [] : [startGathered()]
            }
            guard case .waiting = phase else { return [] }
            return drain(now: now)
        case .cleared(let outcome):
            let dropped = waiting
            steering = []
            pending = []
            summary = []
            if !isRunning { phase = .idle }
            return dropped.map { .finish($0, outcome) }
        case .withdrawn(let run, let outcome):
            let dropped = waiting.filter { $0.run == run }
            steering.removeAll { $0.run == run }
            pending.removeAll { $0.run == run }
            if !isRunning, pending.isEmpty { phase = .idle }
            return dropped.map { .finish($0, outcome) }
        case .steeringTaken:
            guard !steering.isEmpty else { return [] }
            defer { steering = [] }
            return [.steer(steering)]
        }
    }

    private mutating func arrive(_ turn: PendingTurn, now: Int64) -> [Action] {
        lastArrival = now
        switch phase {
        case .idle:
            if turn.mayBeGathered { return gather(turn, now: now) }
            return [start(TurnBatch(lead: turn))]
        case .gathering: return arriveWhileGathering(turn, now: now)
        case .waiting: return enqueue(turn) + drain(now: now)
        case .running(let run, _, let isOwner): return arriveWhileBusy(turn, run: run, isOwner: isOwner)
        }
    }

    private var isRunning: Bool {
        if case .running = phase { true } else { false }
    }

    private mutating func gather(_ turn: PendingTurn, now: Int64) -> [Action] {
        pending.append(turn)
        let due = now + turn.queue.gatherMilliseconds
        phase = .gathering(until: due)
        return [.wake(at: due)]
    }

    /// More of the same sender joins; anything else starts what was gathered, and comes after it.
    private mutating func arriveWhileGathering(_ turn: PendingTurn, now: Int64) -> [Action] {
        if let twin = twin(of: turn) { return [.finish(turn, .merged(into: twin.work))] }
        guard let newest = pending.last, turn.mayBeGathered, turn.isOfSameSender(as: newest),
            pending.count < turn.queue.cap
        else {
            let begun = startGathered()
            return [begun] + arrive(turn, now: now)
        }
        return gather(turn, now: now)
    }

    private mutating func startGathered() -> Action {
        let items = pending
        pending = []
        return start(TurnBatch(gathering: items))
    }

    private mutating func arriveWhileBusy(_ turn: PendingTurn, run: RunID, isOwner: Bool) -> [Action] {
        if let twin = twin(of: turn) { return [.finish(turn, .merged(into: twin.work))] }
        switch turn.queue.mode {
        // The rights of a turn are those of its sender: nobody's words join the turn of one who may do more, or less.
        case .steer where turn.senderIsOwner != isOwner: return enqueue(turn)
        case .steerBacklog where turn.senderIsOwner != isOwner: return enqueue(turn)
        case .collect, .followup: return enqueue(turn)
        case .steer:
            if steering.count >= turn.queue.cap { return enqueue(turn) }
            steering.append(turn)
            return []
        case .steerBacklog:
            let actions = enqueue(turn)
            if steering.count < turn.queue.cap, pending.last == turn { steering.append(turn) }
            return actions
        case .interrupt:
            let superseded = waiting
            steering = []
            summary = []
            pending = [turn]
            return superseded.map { .finish($0, .superseded) } + [.interrupt(run)]
        }
    }

    /// A message with the same platform id for the same place that waits already.
    private func twin(of turn: PendingTurn) -> PendingTurn? {
        guard let id = turn.origin?.messageID else { return nil }
        return waiting.first {
            $0.origin?.messageID == id && $0.replyTarget.isSamePlace(as: turn.replyTarget)
        }
    }

    private mutating func enqueue(_ turn: PendingTurn) -> [Action] {
        if let twin = twin(of: turn) { return [.finish(turn, .merged(into: twin.work))] }
        var actions: [Action] = []
        if turn.queue.drop == .new, pending.count >= turn.queue.cap {
            return [.finish(turn, .refused(reason: "queue full"))]
        }
        while pending.count >= turn.queue.cap {
            let oldest = pending.removeFirst()
            if turn.queue.drop == .summarize {
                summary.append(TurnBatch.summaryLine(of: oldest.text))
                if summary.count > turn.queue.cap { summary.removeFirst() }
            }
            actions.append(.finish(oldest, .superseded))
        }
        pending.append(turn)
        return actions
    }

    /// Starts what waits, when the session has been quiet long enough.
    private mutating func drain(now: Int64) -> [Action] {
        guard let newest = pending.last else {
            phase = .idle
            return []
        }
        let due = newest.queue.mode == .interrupt ? now : lastArrival + newest.queue.debounceMilliseconds
        if due > now {
            phase = .waiting(until: due)
            return [.wake(at: due)]
        }
        let lines = summary
        summary = []
        if pending.allSatisfy({ $0.mayBeCollected(with: newest) }) {
            let items = pending
            pending = []
            return [start(TurnBatch(collecting: items, summary: lines))]
        }
        return [start(TurnBatch(lead: pending.removeFirst(), summary: lines))]
    }

    private mutating func start(_ batch: TurnBatch) -> Action {
        phase = .running(batch.lead.run, batch.lead.work, isOwner: batch.lead.senderIsOwner)
        return .start(batch)
    }
}
