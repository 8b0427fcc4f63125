package import ClawCore
import ClawStore
import ClawSupport

/// Shows time, model and use of a session; sets or clears its model.
package struct SessionStatusTool: Tool {
    private let ports: SessionToolPorts

    package init(ports: SessionToolPorts) { self.ports = ports }

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "session_status",
            summary: "Show date, time, model and token use; set the session's model",
            description: """
                Show the current date and time, the model and the token use of this session or one it started. With model, \
                change the session's model first ("default" goes back to the configured one).
                """,
            parameters: [
                "type": "object",
                "properties": [
                    "sessionKey": ["type": "string", "description": "Session key or id; this session when left out"],
                    "model": ["type": "string", "minLength": 1, "description": "provider/model, an alias, or default"],
                ],
                "required": [],
            ],
            group: "sessions")
    }

    package func call(_ invocation: ToolInvocation) async -> ToolResult {
        do {
            var found = try await ports.sessions.record(invocation.session)
            if let name = invocation.arguments["sessionKey"]?.stringValue, !name.isEmpty {
                let records = try await ports.sessions.list(agent: nil)
                found = SessionTree.find(name, in: records, from: invocation.session)
                guard found != nil else { return .failure("There is no session \(name) that this session may see.") }
            }
            guard var record = found else { return .failure("This session has no entry yet.") }
            var hasChanged = false
            if let word = invocation.arguments["model"]?.stringValue {
                guard let changed = try await setModel(word, record) else {
                    return .failure("\"\(word)\" is not a model that this agent may use.")
                }
                record = changed
                hasChanged = true
            }
            let text = card(for: record)
            return .text(
                text,
                details: [
                    "ok": true, "sessionKey": .string(record.key.rawValue), "changedModel": .bool(hasChanged),
                    "statusText": .string(text),
                ])
        } catch {
            return .failure("The session could not be read: \(error).")
        }
    }

    /// Stores the choice; nil when the word names no model.
    private func setModel(_ word: String, _ record: SessionRecord) async throws -> SessionRecord? {
        let word = word.lowercased() == "default" ? nil : word
        var chosen: ModelReference?
        if let word {
            chosen = ports.resolveModel(word, record.agent)
            if chosen == nil { return nil }
        }
        let model = chosen
        return try await ports.sessions.patch(record.key) { entry in
            entry["providerOverride"] = model.map { .string($0.provider) }
            entry["modelOverride"] = model.map { .string($0.model) }
        }
    }

    private func card(for record: SessionRecord) -> String {
        let entry = record.entry
        let clock = ports.clock(record.agent)
        let now = clock.time(at: ports.time.nowMilliseconds)
        var lines = [
            "Time: \(now.weekdayName) \(now.dateText) \(now.clockText) \(now.zoneName) (\(clock.name))",
            "Session: \(record.key)",
        ]
        let configured = ports.defaultModel(record.agent)
        if let model = entry["modelOverride"]?.stringValue {
            lines.append(
                "Model: \(entry["providerOverride"]?.stringValue ?? configured.provider)/\(model) (chosen for this session)"
            )
        } else {
            lines.append("Model: \(configured)")
        }
        if let used = entry["model"]?.stringValue, let provider = entry["modelProvider"]?.stringValue {
            lines.append("Last used: \(provider)/\(used)")
        }
        if let input = entry["inputTokens"]?.quantityValue, let output = entry["outputTokens"]?.quantityValue {
            let read = entry["cacheRead"]?.quantityValue ?? 0
            lines.append("Last run: \(input) tokens in, \(output) out, \(read) from cache")
        }
        if let total = entry["totalTokens"]?.quantityValue, let window = entry["contextTokens"]?.quantityValue,
            window > 0
        {
            lines.append("Context: \(total) of \(window) tokens (\(total * 100 / window) %)")
        }
        lines.append("Thinking: \(entry["thinkingLevel"]?.stringValue ?? "default")")
        return lines.joined(separator: "\n")
    }
}
