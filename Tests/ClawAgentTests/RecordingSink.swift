import ClawAgent
import ClawCore
import Synchronization

/// Keeps the run events of a test.
final class RecordingSink: ReplySink {
    private let state = Mutex<[RunEvent]>([])

    var events: [RunEvent] { state.withLock { $0 } }

    func publish(_ event: RunEvent) { state.withLock { $0.append(event) } }

    func bodies(of run: String) -> [RunEvent.Body] { events.filter { $0.run == RunID(run) }.map(\.body) }
}
