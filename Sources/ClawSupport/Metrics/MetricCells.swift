import CoreMetrics
import Synchronization

/// The series of a counter: one addition without a lock.
final class CounterCell: CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { value.store(0, ordering: .relaxed) }

    var sample: MetricSample.Value { .whole(value.load(ordering: .relaxed)) }
}

/// The series of a histogram: two additions without a lock for each time. Buckets and sum are not read at one instant; what is
/// off by that is in the next reading.
final class HistogramCell: TimerHandler {
    /// A bucket of its own object each, since atomics cannot be elements of an array.
    private final class Bucket: Sendable {
        let count = Atomic<Int64>(0)
    }

    /// In nanoseconds.
    private let bounds: [Int64]
    private let buckets: [Bucket]
    /// In nanoseconds.
    private let sum = Atomic<Int64>(0)

    /// - Parameter bounds: In seconds.
    init(bounds: [Double]) {
        self.bounds = bounds.map { Int64($0 * 1_000_000_000) }
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func recordNanoseconds(_ duration: Int64) {
        var position = 0
        while position < bounds.count, bounds[position] < duration { position += 1 }
        buckets[position].count.wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(max(0, duration), ordering: .relaxed)
    }

    var sample: MetricSample.Value {
        .histogram(
            counts: buckets.map { $0.count.load(ordering: .relaxed) },
            sum: Double(sum.load(ordering: .relaxed)) / 1_000_000_000)
    }
}
