package import ClawAgent
package import ClawCore
import Synchronization

/// Hands the events of single runs to whoever asked for them before the run began, as HTTP calls do.
package final class RunFeed: ReplySink {
    private let watchers = Mutex<[RunID: AsyncStream<RunEvent.Body>.Continuation]>([:])

    package init() {}

    /// The events of `run` until it ends. Of many that nobody takes the oldest go: each text event holds the whole text so far,
    /// and the last event is never dropped.
    package func events(of run: RunID) -> AsyncStream<RunEvent.Body> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunEvent.Body.self, bufferingPolicy: .bufferingNewest(64))
        watchers.withLock { $0[run] = continuation }
        continuation.onTermination = { [weak self] _ in
            _ = self?.watchers.withLock { $0.removeValue(forKey: run) }
        }
        return stream
    }

    package func publish(_ event: RunEvent) {
        let watcher = watchers.withLock { event.body.isTerminal ? $0.removeValue(forKey: event.run) : $0[event.run] }
        guard let watcher else { return }
        watcher.yield(event.body)
        if event.body.isTerminal { watcher.finish() }
    }
}
