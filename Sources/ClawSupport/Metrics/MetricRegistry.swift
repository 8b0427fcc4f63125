package import CoreMetrics
import Synchronization

/// Keeps what is counted, for whoever asks: the backend of swift-metrics. Only declared families are kept, so their number is
/// fixed, and each of them has a bounded number of series, whatever values labels take.
///
/// Making a series takes a lock; counting takes none.
package final class MetricRegistry: MetricsFactory {
    private struct Series {
        var counters: [MetricLabels: CounterCell] = [:]
        var histograms: [MetricLabels: HistogramCell] = [:]

        /// `labels`, or those of the overflow when there is no room for another series.
        func admitted<Cell>(_ labels: MetricLabels, in cells: [MetricLabels: Cell], limit: Int) -> MetricLabels {
            cells[labels] != nil || cells.count < limit ? labels : labels.overflow
        }
    }

    private let families: [String: MetricFamily]
    private let order: [MetricFamily]
    private let series = Mutex<[String: Series]>([:])

    package init(_ families: [MetricFamily]) {
        order = families
        self.families = Dictionary(families.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The families with their series, sorted by labels.
    package var snapshot: [(family: MetricFamily, samples: [MetricSample])] {
        let series = series.withLock { $0 }
        return order.map { family in
            let own = series[family.name] ?? Series()
            let samples =
                own.counters.map { MetricSample(labels: $0.key, $0.value.sample) }
                + own.histograms.map { MetricSample(labels: $0.key, $0.value.sample) }
            return (family, samples.sorted { Self.precedes($0.labels, $1.labels) })
        }
    }

    private static func precedes(_ left: MetricLabels, _ right: MetricLabels) -> Bool {
        left.pairs.map(\.value).lexicographicallyPrecedes(right.pairs.map(\.value))
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let family = families[label], family.kind == .counter else { return NOOPMetricsHandler.instance }
        return series.withLock { series in
            var own = series[label] ?? Series()
            let labels = own.admitted(MetricLabels(dimensions), in: own.counters, limit: family.seriesLimit)
            let cell = own.counters[labels] ?? CounterCell()
            own.counters[labels] = cell
            series[label] = own
            return cell
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard let family = families[label], case .histogram(let bounds) = family.kind else {
            return NOOPMetricsHandler.instance
        }
        return series.withLock { series in
            var own = series[label] ?? Series()
            let labels = own.admitted(MetricLabels(dimensions), in: own.histograms, limit: family.seriesLimit)
            let cell = own.histograms[labels] ?? HistogramCell(bounds: bounds)
            own.histograms[labels] = cell
            series[label] = own
            return cell
        }
    }

    /// Gauges are read when somebody asks, and so are no series of the registry.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        NOOPMetricsHandler.instance
    }

    /// A series that nobody counts in any more stays: counters never go down.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
}
