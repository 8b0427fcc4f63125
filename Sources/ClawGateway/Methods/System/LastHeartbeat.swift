package import ClawProtocol
package import ClawSupport

/// `last-heartbeat`: what the last heartbeat of an agent brought; null while there was none.
package struct LastHeartbeat: InPlaceMethod {
    package static let name = "last-heartbeat"
    package static let access = MethodAccess.read

    private let last: @Sendable () -> JSONValue?

    /// - Parameter last: the payload of the newest `heartbeat` event.
    package init(last: @escaping @Sendable () -> JSONValue? = { nil }) { self.last = last }

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        .value(last() ?? .null)
    }
}
