package import ClawCore
package import ClawSupport

/// What `sessions.patch` may change and what it accepts (gateway-methods §5). Pure: params in, fields out.
package enum SessionPatch {
    private static let thinkingAliases: [String: ThinkingLevel] = [
        "on": .low, "enable": .low, "think": .minimal, "thinkhard": .low, "think-hard": .low, "thinkharder": .medium,
        "think-harder": .medium, "harder": .medium, "mid": .medium, "med": .medium, "ultra": .high, "ultrathink": .high,
        "highest": .high, "max": .high, "x-high": .xhigh, "extra-high": .xhigh, "auto": .adaptive,
    ]

    /// A thinking level or one of its other names; nil for anything else.
    package static func thinkingLevel(_ text: String) -> ThinkingLevel? {
        let word = text.trimmingWhitespace.lowercased().replacing(" ", with: "-")
        return ThinkingLevel(rawValue: word) ?? thinkingAliases[word]
    }

    private static let choices: [(field: String, values: [String])] = [
        ("verboseLevel", ["off", "on", "full"]),
        ("reasoningLevel", ["off", "on", "stream"]),
        ("elevatedLevel", ["off", "on", "ask", "full"]),
        ("responseUsage", ["off", "tokens", "full", "on"]),
        ("execHost", ["sandbox", "gateway", "node"]),
        ("execSecurity", ["deny", "allowlist", "full"]),
        ("execAsk", ["off", "on-miss", "always"]),
        ("sendPolicy", ["allow", "deny"]),
        ("groupActivation", ["mention", "always"]),
    ]

    /// Fields to merge into the session, `null` for those to remove. Throws `ClawError` that names the wrong field.
    package static func changes(from params: JSONObject, key: SessionKey) throws(ClawError) -> JSONObject {
        var changes = JSONObject()
        try applyLevels(params, to: &changes)
        try applyChoices(params, to: &changes)
        if let value = params["label"] { changes["label"] = value }
        if let value = params["execNode"] { changes["execNode"] = value }
        try applyModel(params, to: &changes)
        for field in ["spawnedBy", "spawnDepth"] where params.contains(field) {
            guard key.rest.contains("subagent:") else {
                throw ClawError(.invalidRequest, "\(field) is only supported for subagent:* sessions")
            }
            changes.set(field, params[field])
        }
        return changes
    }

    private static func applyLevels(_ params: JSONObject, to changes: inout JSONObject) throws(ClawError) {
        guard let value = params["thinkingLevel"] else { return }
        guard let text = value.stringValue else {
            changes["thinkingLevel"] = .null
            return
        }
        guard let level = thinkingLevel(text) else {
            throw ClawError(.invalidRequest, "invalid thinkingLevel (use off|minimal|low|medium|high|adaptive)")
        }
        changes["thinkingLevel"] = .string(level.rawValue)
    }

    private static func applyChoices(_ params: JSONObject, to changes: inout JSONObject) throws(ClawError) {
        for (field, values) in choices {
            guard let value = params[field] else { continue }
            guard let text = value.stringValue?.trimmingWhitespace.lowercased() else {
                changes[field] = .null
                continue
            }
            guard values.contains(text) else {
                throw ClawError(.invalidRequest, "invalid \(field) (use \(values.joined(separator: "|")))")
            }
            changes[field] = .string(text)
            if field == "responseUsage" {
                changes[field] = text == "off" ? .null : text == "on" ? "tokens" : .string(text)
            }
        }
    }

    private static func applyModel(_ params: JSONObject, to changes: inout JSONObject) throws(ClawError) {
        guard let value = params["model"] else { return }
        guard let text = value.stringValue else {
            changes["providerOverride"] = .null
            changes["modelOverride"] = .null
            return
        }
        guard let reference = ModelReference(text) else {
            throw ClawError(.invalidRequest, "invalid model \"\(text)\" (use provider/model)")
        }
        changes["providerOverride"] = .string(reference.provider)
        changes["modelOverride"] = .string(reference.model)
    }
}
