package import ClawCore
package import ClawSupport

/// One session as the index holds it.
package struct SessionRecord: Sendable, Hashable {
    package var key: SessionKey
    package var agent: AgentID
    /// The current transcript's id; empty for an entry of another program that names none.
    package var sessionID: String
    /// Milliseconds since 1970.
    package var updatedAt: Int64
    /// All members, also those that this program does not know.
    package var entry: JSONObject

    package init(key: SessionKey, agent: AgentID, sessionID: String, updatedAt: Int64, entry: JSONObject) {
        self.key = key
        self.agent = agent
        self.sessionID = sessionID
        self.updatedAt = updatedAt
        self.entry = entry
    }
}

/// Why a session starts anew. What a person asked for keeps the overrides that the person set; what time brought does not.
package enum SessionResetReason: String, Sendable, Hashable {
    case new
    case reset
    case daily
    case idle

    package var isExpiry: Bool { self == .daily || self == .idle }
}

/// The rules for changing an entry.
enum SessionEntry {
    /// Cleared by every reset: what belongs to the old transcript, and what the format names for it.
    private static let counters = [
        "sessionFile", "systemSent", "abortedLastRun", "abortCutoffMessageSid", "abortCutoffTimestamp", "responseUsage",
        "sendPolicy", "queueMode", "queueDebounceMs", "queueCap", "queueDrop", "inputTokens", "outputTokens",
        "totalTokens", "totalTokensFresh", "cacheRead", "cacheWrite", "contextTokens", "memoryFlushAt",
        "memoryFlushCompactionCount",
    ]

    /// What a person set; an expiry clears it too.
    private static let overrides = [
        "thinkingLevel", "verboseLevel", "reasoningLevel", "ttsAuto", "modelOverride", "providerOverride", "label",
    ]

    /// Sets the members of `patch`; `null` deletes. A model without its provider drops the stale provider.
    static func apply(_ patch: JSONObject, to entry: inout JSONObject) {
        if patch.contains("model"), !patch.contains("modelProvider") { entry["modelProvider"] = nil }
        for (key, value) in patch { entry[key] = value.isNull ? JSONValue?.none : value }
    }

    /// `updatedAt = max(before, entry, now)`, or without `now` when the activity shall stay as it was.
    static func touch(_ entry: inout JSONObject, before: Int64, now: Int64?) {
        let given = Int64(entry["updatedAt"]?.quantityValue ?? 0)
        entry["updatedAt"] = .int64(max(before, given, now ?? 0))
    }

    static func reset(_ entry: inout JSONObject, sessionID: String, reason: SessionResetReason) {
        for key in counters { entry[key] = nil }
        if reason.isExpiry {
            for key in overrides { entry[key] = nil }
        }
        entry["sessionId"] = .string(sessionID)
        entry["compactionCount"] = 0
    }
}
