import ClawCore
package import ClawProtocol
import ClawStore
package import ClawSupport

/// `sessions.usage.timeseries`: the use of one session over time, in at most 200 points.
package struct SessionsUsageTimeseries: GatewayMethod {
    package static let name = "sessions.usage.timeseries"
    package static let access = MethodAccess.read
    package static let advertised = false

    private let found: UsageSessions

    package init(sessions: UsageSessions) { found = sessions }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        guard let key = params["key"]?.stringValue?.trimmingWhitespace, !key.isEmpty else {
            throw ClawError(.invalidRequest, "key is required for timeseries")
        }
        guard let session = try await found.find(key) else {
            throw ClawError(.invalidRequest, "Invalid session key: \(key)")
        }
        guard let series = try await found.usage.series(of: session.path) else {
            throw ClawError(.invalidRequest, "No transcript found for session: \(key)")
        }
        var tokens = 0
        var cost = 0.0
        let points = series.points.map { point -> JSONValue in
            let totals = point.totals
            tokens += totals.totalTokens
            cost += totals.totalCost
            return [
                "timestamp": .int64(point.timestamp), "input": .int(totals.input), "output": .int(totals.output),
                "cacheRead": .int(totals.cacheRead), "cacheWrite": .int(totals.cacheWrite),
                "totalTokens": .int(totals.totalTokens), "cost": .double(totals.totalCost),
                "cumulativeTokens": .int(tokens), "cumulativeCost": .double(cost),
            ]
        }
        return ["sessionId": .string(session.sessionID), "points": .array(points)]
    }
}
