import ClawCore
import ClawStore
import ClawSupport

/// The sessions of the Gateway as `health` and `status` show them.
struct SessionSummary: Sendable {
    let agents: [AgentID]
    let records: [SessionRecord]
    let directory: StateDirectory
    /// Milliseconds since 1970.
    let now: Int64

    func records(of agent: AgentID) -> [SessionRecord] { records.filter { $0.agent == agent } }

    /// `{path, count, recent}` of one agent, for `health`.
    func brief(_ agent: AgentID) -> JSONValue {
        let own = records(of: agent)
        return [
            "path": .string(directory.sessionIndexPath(agent)), "count": .int(own.count),
            "recent": .array(
                own.prefix(5).map { record in
                    [
                        "key": .string(record.key.rawValue), "updatedAt": .int64(record.updatedAt),
                        "age": .int64(max(0, now - record.updatedAt)),
                    ]
                }),
        ]
    }

    /// One session for `status`.
    func status(_ record: SessionRecord, model: String?, contextTokens: Int?) -> JSONValue {
        let entry = record.entry
        let window = entry["contextTokens"]?.intValue ?? contextTokens
        let isFresh = entry["totalTokensFresh"]?.boolValue ?? false
        let total = isFresh ? entry["totalTokens"]?.intValue : nil
        var row: JSONObject = [
            "agentId": .string(record.agent.rawValue), "key": .string(record.key.rawValue),
            "kind": .string(record.key.kind), "sessionId": .string(record.sessionID),
            "updatedAt": .int64(record.updatedAt), "age": .int64(max(0, now - record.updatedAt)),
        ]
        for key in Self.copied { row.set(key, entry[key]) }
        row["totalTokens"] = total.map { .int($0) } ?? .null
        row["totalTokensFresh"] = .bool(isFresh)
        if let total, let window, window > 0 {
            row["remainingTokens"] = .int(max(0, window - total))
            row["percentUsed"] = .int(min(999, Int((Double(total) / Double(window) * 100).rounded())))
        } else {
            row["remainingTokens"] = .null
            row["percentUsed"] = .null
        }
        row["model"] = .nullable(entry["model"]?.stringValue ?? model)
        row["contextTokens"] = window.map { .int($0) } ?? .null
        row["flags"] = .strings(flags(record))
        return .object(row)
    }

    private static let copied = [
        "thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel", "systemSent", "abortedLastRun",
        "inputTokens", "outputTokens", "cacheRead", "cacheWrite",
    ]

    private func flags(_ record: SessionRecord) -> [String] {
        let names = [
            ("think", "thinkingLevel"), ("verbose", "verboseLevel"), ("reasoning", "reasoningLevel"),
            ("elevated", "elevatedLevel"),
        ]
        var flags = names.compactMap { name, key in record.entry[key]?.stringValue.map { "\(name):\($0)" } }
        if record.entry["systemSent"]?.boolValue == true { flags.append("system") }
        if record.entry["abortedLastRun"]?.boolValue == true { flags.append("aborted") }
        if !record.sessionID.isEmpty { flags.append("id:\(record.sessionID)") }
        return flags
    }
}
