/// How long to wait before trying again: exponential, capped, with jitter so that many who failed together do not come
/// back together.
package struct Backoff: Sendable, Hashable {
    /// The wait after the first failure, before jitter.
    package var first: Duration
    package var factor: Double
    /// No wait is longer, jitter included.
    package var maximum: Duration
    /// The share of a wait that is random, 0 to 1: with 0.2 a wait is between 80 % and 100 % of its full length.
    package var jitter: Double

    package init(first: Duration, factor: Double = 2, maximum: Duration, jitter: Double = 0.2) {
        self.first = first
        self.factor = factor
        self.maximum = maximum
        self.jitter = jitter
    }

    /// The wait after failure number `attempt`, counted from 1. `random` is in 0 to 1 and takes the jitter off.
    package func delay(attempt: Int, random: Double) -> Duration {
        var seconds = Self.seconds(first)
        let limit = Self.seconds(maximum)
        var step = 1
        while step < attempt && seconds < limit {
            seconds *= factor
            step += 1
        }
        let share = 1 - min(max(jitter, 0), 1) * min(max(random, 0), 1)
        return .milliseconds(Int64((min(seconds, limit) * share * 1000).rounded()))
    }

    /// The wait after failure number `attempt`, with jitter from `entropy`.
    package func delay(attempt: Int, entropy: any Entropy) -> Duration {
        let bytes = entropy.bytes(2)
        return delay(attempt: attempt, random: Double(Int(bytes[0]) << 8 | Int(bytes[1])) / 65535)
    }

    private static func seconds(_ duration: Duration) -> Double {
        let parts = duration.components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
