import ClawSupport

/// Spellings of earlier versions.
enum ConfigAliases {
    /// The value as it is written today; nil when it is no old spelling.
    static func current(_ path: String, _ value: JSONValue) -> JSONValue? {
        guard path == "gateway.bind", let host = value.stringValue else { return nil }
        switch host {
        case "0.0.0.0", "::", "[::]", "*": return "lan"
        case "127.0.0.1", "localhost", "::1", "[::1]": return "loopback"
        default: return nil
        }
    }

    /// What to do about keys that have moved.
    static let moved: [String: String] = [
        "gateway.token": "Use gateway.auth.token.",
        "agent": "Use agents.defaults.",
        "identity": "Use agents.list[].identity.",
        "routing": "Use bindings, agents.list, messages.queue and channels.",
        "memorySearch": "Use agents.defaults.memorySearch.",
        "bridge": "Remove it; there is no replacement.",
        "whatsapp": "Use channels.whatsapp.",
        "telegram": "Use channels.telegram.",
        "discord": "Use channels.discord.",
        "slack": "Use channels.slack.",
        "signal": "Use channels.signal.",
        "imessage": "Use channels.imessage.",
        "msteams": "Use channels.msteams.",
        "irc": "Use channels.irc.",
        "tools.bash": "Use tools.exec.",
    ]
}
