/// Which agent: lower case, `^[a-z0-9][a-z0-9_-]{0,63}$`.
package struct AgentID: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    /// Takes any text and makes an agent id of it: lower case, runs of other characters become `-`, dashes are trimmed, at
    /// most 64 characters. Nil when nothing is left.
    package init?(normalizing text: String) {
        var slug = ""
        for character in text.lowercased().unicodeScalars {
            let isPlain = ("a"..."z").contains(character) || ("0"..."9").contains(character) || character == "_"
            if isPlain {
                slug.unicodeScalars.append(character)
            } else if !slug.hasSuffix("-") {
                slug.append("-")
            }
        }
        let start = slug.drop { $0 == "-" || $0 == "_" }
        var kept = String(start.prefix(64))
        while kept.hasSuffix("-") { kept.removeLast() }
        if kept.isEmpty { return nil }
        rawValue = kept
    }

    private init(canonical rawValue: String) { self.rawValue = rawValue }

    /// The agent of a configuration that lists none.
    package static let main = AgentID(canonical: "main")

    package var description: String { rawValue }
}

/// Which channel: `irc`, `telegram`, or `webchat` for clients of the Gateway protocol.
package struct ChannelID: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue.lowercased() }

    /// The clients of the Gateway's own protocol.
    package static let webchat = ChannelID("webchat")

    package var description: String { rawValue }
}

/// Which account of a channel; `default` when the configuration names none.
package struct AccountID: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue.isEmpty ? "default" : rawValue.lowercased() }

    package static let `default` = AccountID("default")

    package var description: String { rawValue }
}

/// One execution of a turn. For `chat.send` and `agent` it is the client's idempotency key, else a UUID.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }
}

/// A row of the journal.
package struct WorkID: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }
}
