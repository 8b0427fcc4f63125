package import ClawAgent
package import ClawCore
import Synchronization

/// Hands the events of single runs to whoever asked for them before the run began, as HTTP calls do.
package final class RunFeed: ReplySink {
    /// An event of a run that is known.
    package struct Event: Sendable, Hashable {
        package var body: RunEvent.Body
        /// As in `RunEvent`.
        package var usage: TokenUsage?

        package init(_ body: RunEvent.Body, usage: TokenUsage? = nil) {
            self.body = body
            self.usage = usage
        }
    }

    private let watchers = Mutex<[RunID: AsyncStream<Event>.Continuation]>([:])

    package init() {}

    /// The events of `run` until it ends. Of many that nobody takes the oldest go: each text event holds the whole text so far,
    /// and the last event is never dropped.
    package func events(of run: RunID) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingNewest(64))
        watchers.withLock { $0[run] = continuation }
        continuation.onTermination = { [weak self] _ in
            _ = self?.watchers.withLock { $0.removeValue(forKey: run) }
        }
        return stream
    }

    package func publish(_ event: RunEvent) {
        let watcher = watchers.withLock { event.body.isTerminal ? $0.removeValue(forKey: event.run) : $0[event.run] }
        guard let watcher else { return }
        watcher.yield(Event(event.body, usage: event.usage))
        if event.body.isTerminal { watcher.finish() }
    }
}
