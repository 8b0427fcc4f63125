/// The use of one session over time. Neighbours are put together when there are more than fit.
package struct UsageSeries: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        /// Milliseconds since 1970, of the last answer in it.
        package var timestamp: Int64
        package var totals: UsageTotals
    }

    package static let limit = 200

    package private(set) var points: [Point] = []
    /// How many answers a whole point holds.
    private var width = 1
    private var inLast = 0

    package init() {}

    mutating func add(_ totals: UsageTotals, at time: Int64) {
        if inLast > 0, inLast < width, let last = points.indices.last {
            points[last].totals.add(totals)
            points[last].timestamp = time
            inLast += 1
            return
        }
        if points.count == Self.limit { halve() }
        points.append(Point(timestamp: time, totals: totals))
        inLast = 1
    }

    private mutating func halve() {
        points = stride(from: 0, to: points.count, by: 2).map { index in
            guard index + 1 < points.count else { return points[index] }
            var point = points[index + 1]
            point.totals.add(points[index].totals)
            return point
        }
        width *= 2
    }
}
