import ClawCore
import ClawSupport
import Synchronization

/// Numbers the events of one run and hands them on.
final class RunEmitter: Sendable {
    private struct State {
        var sequence = 0
        var isClosed = false
    }

    let run: RunID
    let session: SessionKey
    private let sink: any ReplySink
    private let time: any TimeSource
    private let state = Mutex(State())

    init(run: RunID, session: SessionKey, sink: any ReplySink, time: any TimeSource) {
        self.run = run
        self.session = session
        self.sink = sink
        self.time = time
    }

    /// Publishes one event; after a terminal one all others are dropped.
    func emit(_ body: RunEvent.Body, usage: TokenUsage? = nil) {
        let sequence = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            state.isClosed = body.isTerminal
            state.sequence += 1
            return state.sequence
        }
        guard let sequence else { return }
        sink.publish(
            RunEvent(
                run: run, session: session, sequence: sequence, timestamp: time.nowMilliseconds, body: body,
                usage: usage))
    }
}
