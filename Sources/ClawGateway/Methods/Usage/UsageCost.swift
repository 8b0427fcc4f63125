package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `usage.cost`: what all sessions used, day by day (gateway-methods §12).
package struct UsageCost: GatewayMethod {
    package static let name = "usage.cost"
    package static let access = MethodAccess.read

    private let usage: UsageReader
    private let reports: ReportCache
    private let time: any TimeSource
    private let local: @Sendable () -> ZonedClock

    /// - Parameter local: the clock of this Gateway, for `mode: "gateway"`.
    package init(
        usage: UsageReader, reports: ReportCache, time: any TimeSource, local: @escaping @Sendable () -> ZonedClock
    ) {
        self.usage = usage
        self.reports = reports
        self.time = time
        self.local = local
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params, mode: .lenient)
        let now = time.nowMilliseconds
        let range = UsageRange(&reader, hasDays: true, now: now, local: local())
        try reader.finish(Self.name)
        let question = "\(Self.name) \(range.first) \(range.last) \(range.calendar.name)"
        return try await reports.report(question) { try await report(range, now) }
    }

    private func report(_ range: UsageRange, _ now: Int64) async throws -> JSONValue {
        var days: [String: UsageTotals] = [:]
        for file in try await usage.files() {
            try Task.checkCancellation()
            for (day, tally) in try await usage.days(of: file.path, range.calendar) where range.contains(day) {
                days[day, default: UsageTotals()].add(tally.totals)
            }
        }
        var totals = UsageTotals()
        var rows: [JSONValue] = []
        for (day, part) in days.sorted(by: { $0.key < $1.key }) where part != UsageTotals() {
            totals.add(part)
            rows.append(.object(JSONObject([("date", .string(day))] + Array(part.json).map { ($0.0, $0.1) })))
        }
        return [
            "updatedAt": .int64(now), "days": .int(range.dayCount), "daily": .array(rows),
            "totals": .object(totals.json),
        ]
    }
}
