/// One permission of an operator, by its wire name. Open: a client may ask for scopes that this version does not know.
package struct Scope: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    package static let admin = Scope("operator.admin")
    package static let read = Scope("operator.read")
    package static let write = Scope("operator.write")
    package static let approvals = Scope("operator.approvals")
    package static let pairing = Scope("operator.pairing")
    /// Lets `talk.config` show secrets.
    package static let talkSecrets = Scope("operator.talk.secrets")

    /// What this scope stands for besides itself when scopes of a device or token are compared.
    package var implied: [Scope] {
        switch self {
        case .admin: [.read, .write, .approvals, .pairing]
        case .write: [.read]
        default: []
        }
    }

    /// Whether a holder of `granted` may be given `requested` (gateway-protocol §5.7): for operators admin covers every
    /// `operator.*` scope and write covers read; for other roles only equality counts.
    package static func covers(_ granted: some Sequence<Scope>, _ requested: some Sequence<Scope>, role: Role) -> Bool {
        let granted = Set(granted)
        return requested.allSatisfy { scope in
            if granted.contains(scope) { return true }
            guard role == .operator else { return false }
            if granted.contains(.admin), scope.rawValue.hasPrefix("operator.") { return true }
            return scope == .read && granted.contains(.write)
        }
    }
}
