package import ClawAgent
package import ClawCore
import Synchronization

/// The texts of runs whose callers wait for them; bounded, and empty when nobody waits.
package final class RunResults: ReplySink {
    package struct Result: Sendable, Hashable {
        package var text: String
        package var model: ModelReference?
    }

    private struct State {
        var expected: [RunID: Result?] = [:]
        var order: [RunID] = []
    }

    private static let limit = 1000
    private let state = Mutex(State())

    package init() {}

    /// Says that the result of `run` will be taken.
    package func expect(_ run: RunID) {
        state.withLock { state in
            guard state.expected[run] == nil else { return }
            state.expected[run] = .some(nil)
            state.order.append(run)
            if state.order.count > Self.limit { state.expected[state.order.removeFirst()] = nil }
        }
    }

    package func take(_ run: RunID) -> Result? {
        state.withLock { state in
            state.order.removeAll { $0 == run }
            return state.expected.removeValue(forKey: run) ?? nil
        }
    }

    package func publish(_ event: RunEvent) {
        let result: Result
        switch event.body {
        case .finished(let message, let text): result = Result(text: text, model: message?.model)
        case .aborted(_, let text): result = Result(text: text, model: nil)
        default: return
        }
        state.withLock { state in
            if state.expected.keys.contains(event.run) { state.expected[event.run] = result }
        }
    }
}

/// Hands every run event to several sinks, in their order.
package struct CombinedReplySink: ReplySink {
    private let sinks: [any ReplySink]

    package init(_ sinks: [any ReplySink]) { self.sinks = sinks }

    package func publish(_ event: RunEvent) {
        for sink in sinks { sink.publish(event) }
    }
}
