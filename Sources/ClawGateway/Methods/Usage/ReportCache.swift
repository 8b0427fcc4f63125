package import ClawSupport
import Synchronization

/// Reports that were made a moment ago, by what was asked; bounded, and good for half a minute.
package final class ReportCache: Sendable {
    private struct Entry {
        var madeAt: UInt64
        var report: JSONValue
    }

    private static let lifetime: UInt64 = 30_000_000_000
    private static let limit = 16

    private let time: any TimeSource
    private let entries = Mutex<[String: Entry]>([:])

    package init(time: any TimeSource) { self.time = time }

    /// The report for `question`, made anew when the last one is too old.
    func report(_ question: String, _ make: () async throws -> JSONValue) async throws -> JSONValue {
        let now = time.monotonicNanoseconds
        let known = entries.withLock { $0[question] }
        if let known, now - known.madeAt < Self.lifetime { return known.report }
        let report = try await make()
        entries.withLock { entries in
            entries = entries.filter { now - min(now, $0.value.madeAt) < Self.lifetime }
            if entries.count >= Self.limit, let oldest = entries.min(by: { $0.value.madeAt < $1.value.madeAt }) {
                entries[oldest.key] = nil
            }
            entries[question] = Entry(madeAt: now, report: report)
        }
        return report
    }
}
