/// What one metric is: its name, what it means, and how many series it can have.
package struct MetricFamily: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Only goes up.
        case counter
        case gauge
        /// Times; the bounds are the upper ends of the buckets in seconds, from small to large.
        case histogram(bounds: [Double])
    }

    package var name: String
    package var help: String
    package var kind: Kind
    /// The most series; what comes beyond counts in one series whose labels are all `other`.
    package var seriesLimit: Int
    /// Whether a series is shown before it has counted anything.
    package var showsZero: Bool

    package init(_ name: String, _ help: String, _ kind: Kind, seriesLimit: Int = 100, showsZero: Bool = true) {
        self.name = name
        self.help = help
        self.kind = kind
        self.seriesLimit = seriesLimit
        self.showsZero = showsZero
    }
}

/// What tells the series of one family apart, in the order in which it is shown.
package struct MetricLabels: Sendable, Hashable {
    package var pairs: [Pair]

    package struct Pair: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// The most scalars of a value.
    private static let valueLimit = 100

    package init(_ pairs: [(String, String)] = []) {
        self.pairs = pairs.map { name, value in
            Pair(name: name, value: String(String.UnicodeScalarView(value.unicodeScalars.prefix(Self.valueLimit))))
        }
    }

    /// The labels of the series that takes what is too much.
    var overflow: MetricLabels {
        var labels = self
        for position in labels.pairs.indices { labels.pairs[position].value = "other" }
        return labels
    }
}

/// One series as it stands.
package struct MetricSample: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case whole(Int64)
        case number(Double)
        /// How many fell into each bucket, the last one being that without an upper end; and the sum in seconds.
        case histogram(counts: [Int64], sum: Double)

        var isZero: Bool {
            switch self {
            case .whole(let value): value == 0
            case .number(let value): value == 0
            case .histogram(let counts, _): counts.allSatisfy { $0 == 0 }
            }
        }
    }

    package var labels: MetricLabels
    package var value: Value

    package init(_ labels: [(String, String)] = [], _ value: Value) {
        self.init(labels: MetricLabels(labels), value)
    }

    init(labels: MetricLabels, _ value: Value) {
        self.labels = labels
        self.value = value
    }
}
