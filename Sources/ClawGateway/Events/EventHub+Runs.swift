package import ClawAgent
package import ClawCore
import ClawProtocol
import ClawSupport
import Synchronization

extension EventHub: ReplySink {
    /// Makes `agent` and `chat` events of what happens in a run.
    package func publish(_ event: RunEvent) {
        let (now, pace) = (time.nowMilliseconds, pace)
        let isFull = event.body == .started && showsToolResults(event.session)
        let (outputs, isFirstHeldBack) = state.withLock { state in
            var stream =
                state.runs.removeValue(forKey: event.run)
                ?? ChatStream(run: event.run, session: event.session, showsToolResults: isFull)
            let outputs = stream.receive(event, now: pace)
            if event.body.isTerminal || state.runs.count >= Self.maxRuns { return (outputs, false) }
            state.runs[event.run] = stream
            guard state.flushAt == nil, let due = stream.flushAt else { return (outputs, false) }
            state.flushAt = due
            return (outputs, true)
        }
        if isFirstHeldBack { hold.yield() }
        for output in outputs {
            switch output {
            case .broadcast(let name, let payload, let isDroppable):
                send(Broadcast(name, payload, isDroppable: isDroppable, of: event)) { _ in nil }
            case .toolEvent(let payload): send(toolEvent: payload, of: event, now: now)
            }
        }
        if event.body.isTerminal { state.withLock { $0.toolRecipients.end(event.run, now: now) } }
    }

    /// Lets a connection with the cap `tool-events` see the tool events of a run.
    package func addToolRecipient(_ connection: ClientConnection, run: RunID) {
        guard connection.caps.contains("tool-events") else { return }
        let now = time.nowMilliseconds
        state.withLock {
            $0.toolRecipients.add(connection: connection.id, device: connection.deviceID, run: run, now: now)
        }
    }
}

extension EventHub {
    /// Tells the texts that were held back for long enough. Returns how long it is until the next is due; nil when nothing is
    /// held back any more.
    func flush() -> Duration? {
        let (now, pace) = (time.nowMilliseconds, pace)
        return state.withLock { state in
            state.flushAt = nil
            var due: [RunID] = []
            for (run, stream) in state.runs {
                guard let at = stream.flushAt else { continue }
                if at <= pace { due.append(run) } else { state.flushAt = min(at, state.flushAt ?? at) }
            }
            for run in due {
                guard let (event, outputs) = state.runs[run]?.flush(now: pace) else { continue }
                // Under the lock, so that nothing that comes later in the run is told before.
                for case .broadcast(let name, let payload, let isDroppable) in outputs {
                    let broadcast = Broadcast(name, payload, isDroppable: isDroppable, of: event)
                    var json = state.isHeard(now: now) ? broadcast.encoded() : []
                    if json.isEmpty {
                        state.note(broadcast, at: now)
                    } else {
                        state.tell(broadcast, &json, nil, at: now)
                    }
                }
            }
            return state.flushAt.map { .milliseconds($0 - pace) }
        }
    }

    /// Milliseconds on a clock that never goes back.
    private var pace: Int64 { Int64(time.monotonicNanoseconds / 1_000_000) }

    /// Tells the connections that follow the tool calls of the run, without a number. What is lost on the way can be asked for
    /// by their devices.
    private func send(toolEvent payload: JSONValue, of event: RunEvent, now: Int64) {
        let isFollowed = state.withLock { state in
            if state.toolRecipients.audience(of: event.run, now: now) != nil { return true }
            state.note(toolEvent: payload, of: event)
            return false
        }
        if !isFollowed { return }
        let json = EventFrame(.agent, payload: payload).bytes
        state.withLock { state in
            state.note(toolEvent: payload, of: event)
            // Only now: whoever joined meanwhile was told how things stood before.
            guard let audience = state.toolRecipients.audience(of: event.run, now: now) else { return }
            state.order += 1
            let frame = SharedFrame(
                name: .agent, json: json, isDroppable: false, order: state.order, targets: audience.connections)
            if !audience.devices.isEmpty, state.isHeard(now: now) {
                state.ring.append(
                    EventRing.Frame(
                        sequence: state.sequence, name: .agent, run: event.run, session: event.session.rawValue,
                        devices: audience.devices, json: frame.json, timestamp: now))
            }
            for lane in state.lanes.values { lane.append(frame) }
        }
    }
}
