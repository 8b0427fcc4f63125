/// Who or what an access rule speaks of. Principals of different kinds are never equal, so that a group id can never stand
/// for a person, nor a name for an account.
package struct Principal: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An immutable id that the platform gives a person.
        case user
        /// A services account that the network authenticated.
        case account
        /// `nick!user@host`, which its owner chose.
        case mask
        /// A name that its owner can change; matched only with `dangerouslyAllowNameMatching`.
        case name
        /// A room; never a sender.
        case group
    }

    package let kind: Kind
    /// Lower case (ASCII), without the prefix of its kind.
    package let value: String

    package init(_ kind: Kind, _ value: String) {
        self.kind = kind
        self.value = Self.folded(value)
    }

    package var description: String { "\(kind.rawValue):\(value)" }

    /// Only ASCII letters are folded: what a platform holds to be different must stay different.
    private static func folded(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}

/// How the entries of an allowlist and the principals of senders are written on one channel.
package struct PrincipalSyntax: Sendable, Hashable {
    /// What an entry without a prefix means: `user` where the platform has ids, `name` where it has only names.
    package var bareKind: Principal.Kind
    /// Prefixes that name the channel itself and mean nothing, such as `irc` in `irc:alice`.
    package var ignoredPrefixes: [String]

    package init(bareKind: Principal.Kind, ignoredPrefixes: [String]) {
        self.bareKind = bareKind
        self.ignoredPrefixes = ignoredPrefixes
    }

    /// The principal that `text` names; nil for blank text and for the wildcard, which names nobody.
    package func principal(_ text: String) -> Principal? {
        var text = Self.trimmed(text)
        for prefix in ignoredPrefixes where text.lowercased().hasPrefix("\(prefix):") {
            text = Self.trimmed(text.dropFirst(prefix.count + 1))
        }
        if text.isEmpty || text == "*" { return nil }
        // A mask comes first: no other form can hold `!`, so nobody can write a mask that reads as an account.
        if text.contains("!") { return Principal(.mask, text) }
        if let colon = text.firstIndex(of: ":"), let kind = Principal.Kind(rawValue: text[..<colon].lowercased()) {
            let value = Self.trimmed(text[text.index(after: colon)...])
            return value.isEmpty ? nil : Principal(kind, value)
        }
        return Principal(bareKind, text)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

/// A list of who may, as configuration writes it.
package struct Allowlist: Sendable, Hashable {
    package let hasWildcard: Bool
    package let principals: Set<Principal>

    package init(_ entries: [String], syntax: PrincipalSyntax) {
        hasWildcard = entries.contains { $0.filter { !$0.isWhitespace } == "*" }
        principals = Set(entries.compactMap(syntax.principal))
    }

    package var isEmpty: Bool { !hasWildcard && principals.isEmpty }

    /// Whether one of `candidates` stands in the list by itself; the wildcard does not count.
    package func names(_ candidates: Set<Principal>) -> Bool { !principals.isDisjoint(with: candidates) }
}
