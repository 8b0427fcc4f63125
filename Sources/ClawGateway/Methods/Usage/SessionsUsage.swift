import ClawCore
package import ClawProtocol
import ClawStore
package import ClawSupport

/// `sessions.usage`: what sessions used in a range of days, by session and in total (gateway-methods §12).
package struct SessionsUsage: GatewayMethod {
    package static let name = "sessions.usage"
    package static let access = MethodAccess.read
    package static let advertised = false

    private let found: UsageSessions
    private let reports: ReportCache
    private let time: any TimeSource
    private let local: @Sendable () -> ZonedClock

    package init(
        sessions: UsageSessions, reports: ReportCache, time: any TimeSource, local: @escaping @Sendable () -> ZonedClock
    ) {
        found = sessions
        self.reports = reports
        self.time = time
        self.local = local
    }

    private struct Request {
        var key: String?
        var limit: Int
        var weighs: Bool
        var range: UsageRange
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let now = time.nowMilliseconds
        let key = reader.string("key", minLength: 1)
        let range = UsageRange(&reader, hasDays: false, now: now, local: local())
        let limit = reader.int("limit", minimum: 1) ?? 50
        let weighs = reader.bool("includeContextWeight") ?? false
        try reader.finish(Self.name)
        let request = Request(key: key, limit: limit, weighs: weighs, range: range)
        let question =
            "\(Self.name) \(range.first) \(range.last) \(range.calendar.name) \(limit) \(weighs) \(key ?? "")"
        return try await reports.report(question) { try await report(request, now) }
    }

    private func report(_ request: Request, _ now: Int64) async throws -> JSONValue {
        var sessions: [UsageSessions.Found]
        if let key = request.key {
            guard let one = try await found.find(key) else {
                throw ClawError(.invalidRequest, "Invalid session reference: \(key)")
            }
            sessions = [one]
        } else {
            sessions = try await found.all()
        }
        var rows: [(updatedAt: Int64, json: JSONValue)] = []
        var sum = UsageAggregate()
        for session in sessions {
            try Task.checkCancellation()
            let days = try await found.usage.days(of: session.path, request.range.calendar)
                .filter { request.range.contains($0.key) }
            if days.isEmpty, request.key == nil { continue }
            sum.add(days, of: session)
            let last = days.values.compactMap(\.lastActivity).max()
            guard let updatedAt = session.record?.updatedAt ?? last else { continue }
            rows.append((updatedAt, row(session, DailyUsage(days), updatedAt, weighs: request.weighs)))
        }
        let newest = rows.sorted { $0.updatedAt > $1.updatedAt }.prefix(request.limit)
        return [
            "updatedAt": .int64(now), "startDate": .string(request.range.first.description),
            "endDate": .string(request.range.last.description), "sessions": .array(newest.map(\.json)),
            "totals": .object(sum.all.totals.json), "aggregates": sum.json,
        ]
    }

    private func row(
        _ session: UsageSessions.Found, _ days: DailyUsage, _ updatedAt: Int64, weighs: Bool
    ) -> JSONValue {
        let entry = session.record?.entry ?? [:]
        var row: JSONObject = ["key": .string(session.key)]
        row.set("label", entry["label"])
        row["sessionId"] = .string(session.sessionID)
        row["updatedAt"] = .int64(updatedAt)
        row["agentId"] = .string(session.agent.rawValue)
        row.set("channel", entry["channel"] ?? entry["origin"]?["provider"])
        for name in ["chatType", "origin", "modelOverride", "providerOverride", "modelProvider", "model"] {
            row.set(name, entry[name])
        }
        row["usage"] = days.days.isEmpty ? .null : days.session(id: session.sessionID, path: session.path)
        if weighs { row["contextWeight"] = entry["systemPromptReport"] ?? .null }
        return .object(row)
    }
}

/// The sums over all sessions of a report.
private struct UsageAggregate {
    private(set) var all = UsageTally()
    private var days: [String: UsageTally] = [:]
    private var agents: [String: UsageTotals] = [:]
    private var channels: [String: UsageTotals] = [:]

    mutating func add(_ days: [String: UsageTally], of session: UsageSessions.Found) {
        var own = UsageTally()
        for (day, tally) in days {
            own.add(tally)
            self.days[day, default: UsageTally()].add(tally)
        }
        all.add(own)
        agents[session.agent.rawValue, default: UsageTotals()].add(own.totals)
        let entry = session.record?.entry
        if let channel = (entry?["channel"] ?? entry?["origin"]?["provider"])?.stringValue {
            channels[channel, default: UsageTotals()].add(own.totals)
        }
    }

    var json: JSONValue {
        let daily = DailyUsage(days)
        var json: JSONObject = [
            "messages": .object(all.messages.json), "tools": all.toolsJSON, "byModel": all.modelsJSON,
            "byProvider": byProvider, "byAgent": Self.rows("agentId", agents),
            "byChannel": Self.rows("channel", channels),
        ]
        json.set("latency", all.latencyJSON.map(JSONValue.object))
        json["dailyLatency"] = daily.latency
        json["modelDaily"] = daily.models
        json["daily"] = daily.rows { date, tally in
            [
                "date": .string(date), "tokens": .int(tally.totals.totalTokens),
                "cost": .double(tally.totals.totalCost),
                "messages": .int(tally.messages.total), "toolCalls": .int(tally.messages.toolCalls),
                "errors": .int(tally.messages.errors),
            ]
        }
        return .object(json)
    }

    private var byProvider: JSONValue {
        var parts: [String: UsageTally.Model] = [:]
        for (model, part) in all.models {
            parts[model.provider, default: UsageTally.Model()].count += part.count
            parts[model.provider, default: UsageTally.Model()].totals.add(part.totals)
        }
        let sorted = parts.sorted { ($1.value.totals.totalCost, $0.key) < ($0.value.totals.totalCost, $1.key) }
        return .array(
            sorted.map {
                [
                    "provider": .string($0.key), "count": .int($0.value.count), "totals": .object($0.value.totals.json),
                ]
            })
    }

    private static func rows(_ name: String, _ parts: [String: UsageTotals]) -> JSONValue {
        let sorted = parts.sorted { ($1.value.totalCost, $0.key) < ($0.value.totalCost, $1.key) }
        return .array(sorted.map { .object([name: .string($0.key), "totals": .object($0.value.json)]) })
    }
}
