package import ClawProtocol
package import ClawSupport

/// `connect` after the handshake, which is always a mistake.
package struct ConnectMethod: InPlaceMethod {
    package static let name = "connect"
    package static let access = MethodAccess.admin
    package static let advertised = false

    package init() {}

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        throw WireError(.invalidRequest, "connect is only valid as the first request")
    }
}
