/// The name of a session: `agent:<agentId>:<rest>` in lower case, or `global`.
package struct SessionKey: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    /// Takes a key that is already canonical, as the session store holds it.
    package init(canonical rawValue: String) { self.rawValue = rawValue }

    /// The key `agent:<agent>:<rest>`.
    package init(agent: AgentID, rest: String) { rawValue = "agent:\(agent.rawValue):\(rest.lowercased())" }

    /// The one session of all peers when `session.scope` is `global`.
    package static let global = SessionKey(canonical: "global")

    package var description: String { rawValue }

    private var parts: [Substring] { rawValue.split(separator: ":", omittingEmptySubsequences: true) }

    /// The agent the key names; nil for `global` and for malformed keys.
    package var agent: AgentID? {
        let parts = parts
        guard parts.count >= 3, parts[0] == "agent" else { return nil }
        return AgentID(normalizing: String(parts[1]))
    }

    /// What follows the agent.
    package var rest: String {
        let parts = parts
        guard parts.count >= 3, parts[0] == "agent" else { return rawValue }
        return parts.dropFirst(2).joined(separator: ":")
    }

    /// The kind that lists show: `global`, `group` for group and channel chats, else `direct`.
    package var kind: String {
        if rawValue == "global" || rawValue == "unknown" { return rawValue }
        return chatKind == .direct ? "direct" : "group"
    }

    /// The kind of chat that the tokens of the key tell.
    package var chatKind: ChatKind {
        let tokens = parts.dropFirst(2)
        if tokens.contains("group") { return .group }
        if tokens.contains("channel") { return .channel }
        return .direct
    }
}

/// A chat between two, a group, or a room.
package enum ChatKind: String, Sendable, Hashable {
    case direct
    case group
    case channel
}
