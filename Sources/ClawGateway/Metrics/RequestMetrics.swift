import ClawProtocol
import ClawSupport
import CoreMetrics

/// Counts requests over WebSocket. Every series is made beforehand, so that a request finds its own without a lock; names that
/// are no methods share one.
final class RequestMetrics: Sendable {
    enum Outcome: String, CaseIterable {
        case ok
        /// The caller may not, or asked wrongly.
        case refused
        case failed
        /// Nobody was left to read the answer.
        case abandoned

        init(_ error: WireError?) {
            switch error?.code {
            case nil: self = .ok
            case .invalidRequest?, .notPaired?, .notLinked?: self = .refused
            default: self = .failed
            }
        }
    }

    /// The series of one method.
    struct Row: Sendable {
        fileprivate let counters: [Counter]
        fileprivate let seconds: Timer

        fileprivate init(_ method: String, _ metrics: GatewayMetrics) {
            counters = Outcome.allCases.map {
                metrics.counter(GatewayFamilies.requests, ["method": method, "outcome": $0.rawValue])
            }
            seconds = metrics.timer(GatewayFamilies.requestSeconds, ["method": method])
        }
    }

    /// A request that has come in.
    struct Measurement: Sendable {
        fileprivate let row: Row
        fileprivate let start: UInt64
        fileprivate let time: any TimeSource

        /// To be called once.
        func end(_ outcome: Outcome) {
            row.seconds.recordNanoseconds(Int64(time.monotonicNanoseconds - start))
            if let position = Outcome.allCases.firstIndex(of: outcome) { row.counters[position].increment() }
        }
    }

    private let rows: [String: Row]
    private let unknown: Row
    private let time: any TimeSource

    init(methods: [String], _ metrics: GatewayMetrics) {
        rows = Dictionary(methods.map { ($0, Row($0, metrics)) }) { first, _ in first }
        unknown = Row("unknown", metrics)
        time = metrics.time
    }

    func begin(_ method: String) -> Measurement {
        Measurement(row: rows[method] ?? unknown, start: time.monotonicNanoseconds, time: time)
    }
}
