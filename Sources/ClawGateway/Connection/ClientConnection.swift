package import ClawProtocol

/// A client whose handshake is complete: who it is and what it may do. It does not change while the connection lives.
package final class ClientConnection: Sendable {
    /// UUID of this connection, `server.connId` of its hello.
    package let id: String
    package let client: ConnectParams.Client
    package let role: Role
    /// What the connection may do; not more than it asked for.
    package let scopes: [Scope]
    package let caps: [String]
    /// Set when the client proved a device key.
    package let deviceID: String?
    package let remote: RemoteAddress
    /// Milliseconds since 1970.
    package let connectedAt: Int64
    private let closing: @Sendable (CloseCode, String) -> Void

    /// - Parameter closing: closes the connection with a code and a reason; called from any thread.
    package init(
        id: String, params: ConnectParams, role: Role, scopes: [Scope], deviceID: String?, remote: RemoteAddress,
        connectedAt: Int64, closing: @escaping @Sendable (CloseCode, String) -> Void = { _, _ in }
    ) {
        self.id = id
        client = params.client
        self.role = role
        self.scopes = scopes
        caps = params.caps
        self.deviceID = deviceID
        self.remote = remote
        self.connectedAt = connectedAt
        self.closing = closing
    }

    /// Whether the connection may do what `scope` allows; admin may do everything an operator can.
    package func has(_ scope: Scope) -> Bool { scopes.contains(scope) || scopes.contains(.admin) }

    /// Whether broadcasts of this name are told to the connection.
    package func mayKnow(_ event: EventName) -> Bool {
        guard let scope = event.requiredScope else { return true }
        return role == .operator && has(scope)
    }

    package func close(_ code: CloseCode, _ reason: String) { closing(code, CloseCode.truncate(reason)) }
}
