package import ClawProtocol
package import ClawSupport

/// One method of the Gateway. A file of its own holds name, access, params and work; `MethodTable` lists it once, and the
/// offer of `hello-ok`, the access check and the documentation derive from that list.
package protocol GatewayMethod: Sendable {
    static var name: String { get }
    static var access: MethodAccess { get }
    /// Whether `hello-ok.features.methods` names it.
    static var advertised: Bool { get }

    /// Does the work and returns the payload. Throws `ClawError`, `WireError` or `MethodFailure`; anything else is answered as
    /// `UNAVAILABLE`. Runs as a child task of the connection and is cancelled with it.
    func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue
}

extension GatewayMethod {
    package static var advertised: Bool { true }
}

/// A method that can often answer without waiting: it then runs on the connection's event loop, without a task. It must
/// neither block nor take long.
package protocol InPlaceMethod: GatewayMethod {
    /// The answer, or nil when it takes waiting; then `call` is used.
    func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer?
}

extension InPlaceMethod {
    /// For methods that never wait.
    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        switch try answer(params, context) {
        case .value(let value)?: return value
        case .encoded(let bytes)?: return try JSONParser.parse(bytes)
        case nil: throw WireError(.unavailable, "\(Self.name) has no answer yet")
        }
    }
}

/// What an in-place method answers with.
package enum MethodAnswer: Sendable, Hashable {
    case value(JSONValue)
    /// JSON that was encoded before and is written as it is.
    case encoded([UInt8])
}

/// A failure that carries a payload besides the error, as `agent` and `chat.send` answer.
package struct MethodFailure: Error, Sendable, Hashable {
    package var error: WireError
    package var payload: JSONValue?

    package init(_ error: WireError, payload: JSONValue? = nil) {
        self.error = error
        self.payload = payload
    }
}
