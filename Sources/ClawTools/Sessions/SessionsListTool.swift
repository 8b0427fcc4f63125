package import ClawCore
import ClawStore
import ClawSupport

/// Lists this session and the ones that it started.
package struct SessionsListTool: Tool {
    private let ports: SessionToolPorts

    package init(ports: SessionToolPorts) { self.ports = ports }

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "sessions_list",
            summary: "List this session and the sessions it started",
            description: "List this session and those it started, newest first, with model and token use.",
            parameters: [
                "type": "object",
                "properties": [
                    "kinds": [
                        "type": "array",
                        "items": ["type": "string", "enum": ["main", "group", "cron", "hook", "node", "other"]],
                        "description": "Only these kinds",
                    ],
                    "limit": ["type": "integer", "minimum": 1, "maximum": 200],
                    "activeMinutes": [
                        "type": "integer", "minimum": 1, "description": "Only active in the last minutes",
                    ],
                    "messageLimit": [
                        "type": "integer", "minimum": 0, "maximum": 20, "description": "Last messages of each",
                    ],
                ],
                "required": [],
            ],
            group: "sessions")
    }

    package func call(_ invocation: ToolInvocation) async -> ToolResult {
        do {
            let arguments = invocation.arguments
            let kinds = arguments["kinds"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let horizon = arguments["activeMinutes"]?.quantityValue.map {
                ports.time.nowMilliseconds - Int64($0) * 60_000
            }
            let records = try await ports.sessions.list(agent: nil)
            let chosen = SessionTree.visible(records, from: invocation.session).filter { record in
                (kinds.isEmpty || kinds.contains(Self.kind(of: record.key))) && record.updatedAt >= horizon ?? .min
            }
            var rows: [JSONValue] = []
            for record in chosen.prefix(arguments["limit"]?.intValue ?? 50) {
                var row = Self.row(for: record)
                if let count = arguments["messageLimit"]?.intValue, count > 0 {
                    row["messages"] = .array(try await messages(of: record, count))
                }
                rows.append(.object(row))
            }
            let result: JSONValue = ["count": .int(rows.count), "sessions": .array(rows)]
            return .text(result.prettyText, details: result)
        } catch {
            return .failure("The sessions could not be read: \(error).")
        }
    }

    static func kind(of key: SessionKey) -> String {
        let rest = key.rest
        if rest == "main" || key == .global { return "main" }
        if key.chatKind != .direct { return "group" }
        for kind in ["cron", "hook", "node"] where rest.hasPrefix(kind + ":") || rest.hasPrefix(kind + "-") {
            return kind
        }
        return "other"
    }

    private static let copied = [
        "displayName", "label", "model", "contextTokens", "totalTokens", "thinkingLevel", "verboseLevel", "systemSent",
        "abortedLastRun", "sendPolicy", "lastChannel", "lastTo", "deliveryContext",
    ]

    private static func row(for record: SessionRecord) -> JSONObject {
        var row: JSONObject = ["key": .string(record.key.rawValue), "kind": .string(kind(of: record.key))]
        row.set("channel", record.entry["channel"] ?? record.entry["lastChannel"])
        row["updatedAt"] = .int64(record.updatedAt)
        row["sessionId"] = .string(record.sessionID)
        for name in copied { row.set(name, record.entry[name]) }
        return row
    }

    /// The last messages of people and agents, short.
    private func messages(of record: SessionRecord, _ count: Int) async throws -> [JSONValue] {
        let items = try await ports.sessions.window(record, limit: 200).messages
        return items.compactMap(Self.line).suffix(count).map { $0 }
    }

    private static func line(_ message: ModelMessage) -> JSONValue? {
        switch message {
        case .user(let user): line("user", user.content.compactMap(\.plainText).joined(separator: "\n"))
        case .assistant(let assistant): line("assistant", assistant.text)
        case .toolResult: nil
        }
    }

    private static func line(_ role: String, _ text: String) -> JSONValue? {
        text.isEmpty ? nil : ["role": .string(role), "text": .string(String(text.prefix(500)))]
    }
}
