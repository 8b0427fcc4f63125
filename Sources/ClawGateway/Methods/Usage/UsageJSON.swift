import ClawCore
import ClawStore
import ClawSupport

extension UsageTotals {
    /// The fields of the wire, in its order.
    var json: JSONObject {
        [
            "input": .int(input), "output": .int(output), "cacheRead": .int(cacheRead), "cacheWrite": .int(cacheWrite),
            "totalTokens": .int(totalTokens), "totalCost": .double(totalCost), "inputCost": .double(inputCost),
            "outputCost": .double(outputCost), "cacheReadCost": .double(cacheReadCost),
            "cacheWriteCost": .double(cacheWriteCost), "missingCostEntries": .int(missingCostEntries),
        ]
    }
}

extension MessageCounts {
    var json: JSONObject {
        [
            "total": .int(total), "user": .int(user), "assistant": .int(assistant), "toolCalls": .int(toolCalls),
            "toolResults": .int(toolResults), "errors": .int(errors),
        ]
    }
}

extension UsageTally {
    var toolsJSON: JSONValue {
        let sorted = tools.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            "totalCalls": .int(tools.values.reduce(0, +)), "uniqueTools": .int(tools.count),
            "tools": .array(sorted.map { ["name": .string($0.key), "count": .int($0.value)] }),
        ]
    }

    /// The models, the dearest first, then the most used.
    var sortedModels: [(model: ModelReference, part: Model)] {
        models.map { ($0.key, $0.value) }.sorted { left, right in
            let (one, other) = (left.1.totals, right.1.totals)
            return (other.totalCost, other.totalTokens, "\(left.0)") < (one.totalCost, one.totalTokens, "\(right.0)")
        }
    }

    var modelsJSON: JSONValue {
        .array(
            sortedModels.map { model, part in
                [
                    "provider": .string(model.provider), "model": .string(model.model), "count": .int(part.count),
                    "totals": .object(part.totals.json),
                ]
            })
    }

    /// Nil when no answer could be timed.
    var latencyJSON: JSONObject? {
        if latencies.isEmpty { return nil }
        let sorted = latencies.sorted()
        let place = min(sorted.count - 1, Int((Double(sorted.count) * 0.95).rounded(.up)) - 1)
        return [
            "count": .int(sorted.count), "avgMs": .int(sorted.reduce(0, +) / sorted.count),
            "p95Ms": .int(sorted[max(0, place)]), "minMs": .int(sorted[0]), "maxMs": .int(sorted[sorted.count - 1]),
        ]
    }
}

/// The days of a report, as the lists of the wire want them.
struct DailyUsage: Sendable {
    /// In the order of the calendar.
    private(set) var days: [(date: String, tally: UsageTally)]

    init(_ days: [String: UsageTally]) { self.days = days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }

    var all: UsageTally {
        var all = UsageTally()
        for day in days { all.add(day.tally) }
        return all
    }

    func rows(_ row: (String, UsageTally) -> JSONObject?) -> JSONValue {
        .array(days.compactMap { row($0.date, $0.tally).map(JSONValue.object) })
    }

    var latency: JSONValue {
        rows { date, tally in
            tally.latencyJSON.map { JSONObject([("date", .string(date))] + Array($0).map { ($0.0, $0.1) }) }
        }
    }

    var models: JSONValue {
        .array(
            days.flatMap { date, tally in
                tally.sortedModels.map { model, part -> JSONValue in
                    [
                        "date": .string(date), "provider": .string(model.provider), "model": .string(model.model),
                        "tokens": .int(part.totals.totalTokens), "cost": .double(part.totals.totalCost),
                        "count": .int(part.count),
                    ]
                }
            })
    }

    /// `usage` of one session in `sessions.usage`. Of the file only the name is told: where things lie is not for readers.
    func session(id: String, path: String) -> JSONValue {
        let all = all
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        var usage: JSONObject = ["sessionId": .string(id), "sessionFile": .string(name)]
        usage.set("firstActivity", all.firstActivity)
        usage.set("lastActivity", all.lastActivity)
        if let first = all.firstActivity, let last = all.lastActivity { usage["durationMs"] = .int64(last - first) }
        usage["activityDates"] = .strings(days.map(\.date))
        usage["dailyBreakdown"] = rows { date, tally in
            [
                "date": .string(date), "tokens": .int(tally.totals.totalTokens),
                "cost": .double(tally.totals.totalCost),
            ]
        }
        usage["dailyMessageCounts"] = rows { date, tally in
            JSONObject([("date", .string(date))] + Array(tally.messages.json).map { ($0.0, $0.1) })
        }
        usage["dailyLatency"] = latency
        usage["dailyModelUsage"] = models
        usage["messageCounts"] = .object(all.messages.json)
        usage["toolUsage"] = all.toolsJSON
        usage["modelUsage"] = all.modelsJSON
        usage.set("latency", all.latencyJSON.map(JSONValue.object))
        for (key, value) in all.totals.json { usage[key] = value }
        return .object(usage)
    }
}
