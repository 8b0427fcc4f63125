import ClawSupport
import CoreMetrics

/// Counts requests over HTTP. Every series is made beforehand, so that a request finds its own without a lock; paths that are no
/// routes share one.
final class HTTPMetrics: Sendable {
    /// What a request was about.
    enum Route: Hashable {
        case endpoint(String)
        case probe
        /// The page and its files.
        case page
        case none

        fileprivate var label: String {
            switch self {
            case .endpoint(let path): path
            case .probe: "probe"
            case .page: "page"
            case .none: "unknown"
            }
        }
    }

    private struct Row {
        let counters: [Counter]
        let others: Counter
        let seconds: Timer
    }

    /// The statuses that the Gateway answers; another one counts as `other`.
    private static let statuses = [200, 304, 400, 401, 403, 404, 405, 408, 413, 429, 500, 503]

    private let rows: [Route: Row]
    private let time: any TimeSource

    init(paths: [String], _ metrics: GatewayMetrics) {
        time = metrics.time
        let routes = paths.map { Route.endpoint($0) } + [.probe, .page, .none]
        rows = Dictionary(
            routes.map { route in
                let counters = (Self.statuses.map(String.init) + ["other"]).map {
                    metrics.counter(GatewayFamilies.httpRequests, ["route": route.label, "status": $0])
                }
                return (
                    route,
                    Row(
                        counters: counters.dropLast(), others: counters[counters.count - 1],
                        seconds: metrics.timer(GatewayFamilies.httpSeconds, ["route": route.label]))
                )
            }
        ) { first, _ in first }
    }

    var now: UInt64 { time.monotonicNanoseconds }

    func note(_ route: Route, status: Int, since start: UInt64) {
        guard let row = rows[route] ?? rows[.none] else { return }
        row.seconds.recordNanoseconds(Int64(now - start))
        let counter = Self.statuses.firstIndex(of: status).map { row.counters[$0] } ?? row.others
        counter.increment()
    }
}
