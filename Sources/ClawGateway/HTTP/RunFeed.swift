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

    private struct State {
        var watchers: [RunID: AsyncStream<Event>.Continuation] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The events of `run` until it ends. Of many that nobody takes the oldest go: each text event holds the whole text so far,
    /// and the last event is never dropped.
    package func events(of run: RunID) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self, bufferingPolicy: .bufferingNewest(64))
        let isOver = state.withLock { state in
            if !state.isOver { state.watchers[run] = continuation }
            return state.isOver
        }
        if isOver {
            Self.stop(continuation)
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.watchers.removeValue(forKey: run) }
        }
        return stream
    }

    /// Tells all who still wait that the process stops: their turns have not begun, and no run begins any more.
    package func stop() {
        let watchers = state.withLock { state in
            defer { state = State(isOver: true) }
            return Array(state.watchers.values)
        }
        for watcher in watchers { Self.stop(watcher) }
    }

    private static func stop(_ watcher: AsyncStream<Event>.Continuation) {
        watcher.yield(Event(.aborted(reason: .shutdown, partialText: "")))
        watcher.finish()
    }

    package func publish(_ event: RunEvent) {
        let watcher = state.withLock { state in
            event.body.isTerminal ? state.watchers.removeValue(forKey: event.run) : state.watchers[event.run]
        }
        guard let watcher else { return }
        watcher.yield(Event(event.body, usage: event.usage))
        if event.body.isTerminal { watcher.finish() }
    }
}
