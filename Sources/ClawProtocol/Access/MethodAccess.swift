/// Who may call a method: the one table row that the check, the documentation and the tests derive from.
package enum MethodAccess: Sendable, Hashable {
    /// Every role, whatever its scopes.
    case anyone
    case read
    case write
    case admin
    case approvals
    case pairing
    /// Nodes only; scopes are not looked at.
    case node

    /// The wire text of the refusal, or nil when the caller may go on (gateway-protocol §4). A method that does not exist is
    /// judged as `.admin` before it is called unknown.
    package func refusal(role: Role, scopes: [Scope]) -> String? {
        switch (self, role) {
        case (.anyone, _), (.node, .node): return nil
        case (.node, .operator), (_, .node): return "unauthorized role: \(role.rawValue)"
        default: break
        }
        if scopes.contains(.admin) { return nil }
        guard let needed = scope else { return nil }
        if scopes.contains(needed) || needed == .read && scopes.contains(.write) { return nil }
        return "missing scope: \(needed)"
    }

    /// The scope an operator needs; nil when none is needed or no operator may call.
    package var scope: Scope? {
        switch self {
        case .anyone, .node: nil
        case .read: .read
        case .write: .write
        case .admin: .admin
        case .approvals: .approvals
        case .pairing: .pairing
        }
    }
}
