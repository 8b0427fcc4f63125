package import ClawAgent
import CoreMetrics

/// Counts how turns end, from the same events as everybody else.
package struct TurnMetrics: ReplySink {
    private let answered: Counter
    private let silent: Counter
    private let failed: Counter
    private let aborted: Counter

    package init(_ metrics: GatewayMetrics) {
        func counter(_ outcome: String) -> Counter { metrics.counter(GatewayFamilies.turns, ["outcome": outcome]) }
        answered = counter("answered")
        silent = counter("silent")
        failed = counter("failed")
        aborted = counter("aborted")
    }

    package func publish(_ event: RunEvent) {
        switch event.body {
        case .finished(_?, _): answered.increment()
        case .finished(nil, _): silent.increment()
        case .failed: failed.increment()
        case .aborted: aborted.increment()
        case .started, .text, .thinking, .toolStarted, .toolFinished, .fallback: break
        }
    }
}
