package import ClawCore
package import ClawSupport

/// One line of `sessions.list`, made of a session's stored fields (gateway-methods §5).
package struct SessionRow: Sendable {
    package var key: SessionKey
    package var entry: JSONObject
    package var derivedTitle: String?
    package var lastMessagePreview: String?

    package init(key: SessionKey, entry: JSONObject) {
        self.key = key
        self.entry = entry
    }

    /// Fields that stand in the row as they stand in the store, in the order of the wire.
    private static let copied = [
        "updatedAt", "sessionId", "systemSent", "abortedLastRun", "thinkingLevel", "verboseLevel", "reasoningLevel",
        "elevatedLevel", "sendPolicy", "inputTokens", "outputTokens", "totalTokens",
    ]
    private static let copiedAfterTotals = [
        "responseUsage", "modelProvider", "model", "contextTokens", "deliveryContext", "lastChannel", "lastTo",
        "lastAccountId",
    ]

    package var label: String? { entry["label"]?.stringValue }

    package var displayName: String? {
        if let name = entry["displayName"]?.stringValue ?? label { return name }
        if let label = entry["origin"]?["label"]?.stringValue { return label }
        return nil
    }

    package var json: JSONValue {
        var row: JSONObject = ["key": .string(key.rawValue), "kind": .string(key.kind)]
        row.set("label", label)
        row.set("displayName", displayName)
        row.set("derivedTitle", derivedTitle)
        row.set("lastMessagePreview", lastMessagePreview)
        for name in ["channel", "subject", "groupChannel", "space"] { row.set(name, entry[name]) }
        row.set("chatType", entry["chatType"] ?? .string(key.chatKind.rawValue))
        row.set("origin", entry["origin"])
        for name in Self.copied { row.set(name, entry[name]) }
        row["totalTokensFresh"] = entry["totalTokensFresh"] ?? .bool(false)
        for name in Self.copiedAfterTotals { row.set(name, entry[name]) }
        return .object(row)
    }

    /// Whether a search text stands in one of the names, ignoring case.
    package func matches(search: String) -> Bool {
        let search = search.lowercased()
        let names = [
            displayName, label, entry["subject"]?.stringValue, entry["sessionId"]?.stringValue, key.rawValue,
        ]
        return names.contains { $0?.lowercased().contains(search) ?? false }
    }

    /// A title from what the session holds: name, subject, first question, else the id and day.
    package static func title(entry: JSONObject, firstUserText: String?, updatedAt: Int64) -> String {
        if let name = entry["displayName"]?.stringValue ?? entry["subject"]?.stringValue { return name }
        if let text = firstUserText?.split(whereSeparator: \.isNewline).first {
            return shorten(String(text), to: 60)
        }
        let id = entry["sessionId"]?.stringValue ?? ""
        return "\(id.prefix(8)) (\(CivilDate(milliseconds: updatedAt)))"
    }

    /// At most `limit` characters, cut between words.
    package static func shorten(_ text: String, to limit: Int) -> String {
        if text.count <= limit { return text }
        let head = text.prefix(limit - 1)
        let word = head.lastIndex(of: " ").map { head[..<$0] } ?? head
        return (word.isEmpty ? String(head) : String(word)) + "…"
    }
}
