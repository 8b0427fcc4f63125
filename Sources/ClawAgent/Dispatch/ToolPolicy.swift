/// Which tools a turn may use. Each step narrows what the one before left; within a step a denial beats a permission,
/// and an empty list of permissions permits everything.
package struct ToolPolicy: Sendable, Hashable {
    /// A named set that a turn starts from.
    package enum Profile: String, Sendable, Hashable, CaseIterable {
        case minimal
        case coding
        case messaging
        case full
    }

    /// One pair of lists, such as `tools.allow` and `tools.deny`. Entries are tool names, `group:` names or globs with
    /// `*`.
    package struct Step: Sendable, Hashable {
        package var allow: [String]
        package var deny: [String]

        package init(allow: [String] = [], deny: [String] = []) {
            self.allow = allow
            self.deny = deny
        }
    }

    package var profile: Profile?
    /// What is allowed besides the profile.
    package var alsoAllow: [String]
    /// Global, agent and group lists, in this order.
    package var steps: [Step]

    package init(profile: Profile? = nil, alsoAllow: [String] = [], steps: [Step] = []) {
        self.profile = profile
        self.alsoAllow = alsoAllow
        self.steps = steps
    }

    /// Tools that only the owner of the Gateway may use.
    package static let ownerOnly: Set<String> = ["cron", "gateway", "whatsapp_login"]

    /// The same policy without the lists of permissions that name none of the tools there are: such a list is ignored, so
    /// that a typing error does not take every tool away.
    package func resolved(for known: Set<String>) -> ToolPolicy {
        var policy = self
        for position in policy.steps.indices {
            let allow = policy.steps[position].allow
            if !known.contains(where: { Self.matches($0, allow) }) { policy.steps[position].allow = [] }
        }
        return policy
    }

    /// Why `name` may not be used; nil when it may. The policy is resolved.
    package func objection(to name: String, senderIsOwner: Bool) -> String? {
        let name = Self.canonical(name)
        if Self.ownerOnly.contains(name), !senderIsOwner { return "only the owner of this Gateway may use it" }
        if let profile, profile != .full {
            let allowed = (Self.profiles[profile] ?? []) + alsoAllow
            if !Self.matches(name, allowed) { return "the tool profile \"\(profile.rawValue)\" does not include it" }
        }
        for step in steps {
            if Self.matches(name, step.deny) { return "the configuration denies it" }
            if !step.allow.isEmpty, !Self.matches(name, step.allow) { return "the configuration does not allow it" }
        }
        return nil
    }

    /// The name that tables and lists use.
    package static func canonical(_ name: String) -> String {
        let lower = name.lowercased()
        return aliases[lower] ?? lower
    }

    private static let aliases = ["bash": "exec", "apply-patch": "apply_patch"]

    private static let profiles: [Profile: [String]] = [
        .minimal: ["session_status"],
        .coding: ["group:fs", "group:runtime", "group:memory", "group:sessions", "cron", "image"],
        .messaging: ["message", "sessions_list", "sessions_history", "sessions_send", "session_status"],
    ]

    private static let groups: [String: [String]] = [
        "fs": ["read", "write", "edit", "apply_patch"],
        "runtime": ["exec", "process"],
        "web": ["web_search", "web_fetch"],
        "memory": ["memory_search", "memory_get"],
        "sessions": [
            "sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "subagents", "session_status",
        ],
        "ui": ["browser", "canvas"],
        "messaging": ["message"],
        "automation": ["cron", "gateway"],
        "nodes": ["nodes"],
        "agents": ["agents_list"],
        "media": ["image", "tts"],
    ]

    /// The groups in the order in which they are shown, and what they are called there.
    package static let groupLabels: [(group: String, label: String)] = [
        ("fs", "Files"), ("runtime", "Runtime"), ("web", "Web"), ("memory", "Memory"), ("sessions", "Sessions"),
        ("ui", "UI"), ("messaging", "Messaging"), ("automation", "Automation"), ("nodes", "Nodes"),
        ("agents", "Agents"), ("media", "Media"),
    ]

    private static func members(ofGroup name: Substring) -> [String] {
        if name != "openclaw" { return groups[String(name)] ?? [] }
        return groups.filter { $0.key != "fs" && $0.key != "runtime" }.values.flatMap(\.self)
    }

    private static func matches(_ name: String, _ entries: [String]) -> Bool {
        entries.contains { entry in
            let entry = canonical(entry)
            if entry.hasPrefix("group:") { return members(ofGroup: entry.dropFirst(6)).contains(name) }
            if entry == "exec", name == "apply_patch" { return true }
            return entry.contains("*") ? globMatches(entry, name) : entry == name
        }
    }

    /// Whether `text` is what `pattern` describes, `*` standing for any characters.
    static func globMatches(_ pattern: String, _ text: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return pattern == text }
        guard text.hasPrefix(first), text.hasSuffix(last), text.utf8.count >= first.utf8.count + last.utf8.count else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
