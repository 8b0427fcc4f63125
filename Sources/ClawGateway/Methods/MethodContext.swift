package import ClawProtocol
package import ClawSupport

/// What a method may know about its call: who calls, and how to answer before the work is done. Everything else a method
/// needs is a port that it names in its initialiser.
package struct MethodContext: Sendable {
    package let connection: ClientConnection
    package let requestID: String
    private let respondEarly: @Sendable (ResponseFrame) -> Void

    package init(
        connection: ClientConnection, requestID: String,
        respondEarly: @escaping @Sendable (ResponseFrame) -> Void = { _ in }
    ) {
        self.connection = connection
        self.requestID = requestID
        self.respondEarly = respondEarly
    }

    /// Sends a first response with the id of this request; the result of the method follows as the second.
    package func respond(early payload: JSONValue) {
        respondEarly(ResponseFrame(id: requestID, payload: payload))
    }
}
