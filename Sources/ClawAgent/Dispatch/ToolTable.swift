package import ClawCore

/// The tools of this process, by name and in the order in which prompts list them.
package struct ToolTable: Sendable {
    /// In prompt order.
    package let tools: [any Tool]
    private let byName: [String: any Tool]
    let names: Set<String>

    /// Of two tools with the same name the later one counts.
    package init(_ tools: [any Tool]) {
        byName = Dictionary(tools.map { (ToolPolicy.canonical($0.definition.name), $0) }) { $1 }
        names = Set(byName.keys)
        self.tools = byName.values.sorted { Self.rank($0.definition.name) < Self.rank($1.definition.name) }
    }

    package subscript(name: String) -> (any Tool)? { byName[ToolPolicy.canonical(name)] }

    /// The tools that a turn may use, in prompt order.
    package func definitions(allowedBy policy: ToolPolicy, senderIsOwner: Bool) -> [ToolDefinition] {
        let policy = policy.resolved(for: names)
        return tools.map(\.definition).filter {
            policy.objection(to: $0.name, senderIsOwner: senderIsOwner) == nil
        }
    }

    private static let order = [
        "read", "write", "edit", "apply_patch", "grep", "find", "ls", "exec", "process", "web_search", "web_fetch",
        "browser", "canvas", "nodes", "cron", "message", "gateway", "agents_list", "sessions_list", "sessions_history",
        "sessions_send", "subagents", "session_status", "image",
    ]

    private static func rank(_ name: String) -> (Int, String) { (order.firstIndex(of: name) ?? order.count, name) }
}
