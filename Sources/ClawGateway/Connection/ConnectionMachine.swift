import ClawCore
package import ClawProtocol
import ClawSupport

/// Why a `connect` is refused: the response, and how the connection then ends.
package struct HandshakeRefusal: Error, Sendable, Hashable {
    package var error: WireError
    package var code: CloseCode
    package var reason: String

    /// Closes with 1008 and the message as reason unless told otherwise.
    package init(_ error: WireError, code: CloseCode = .policyViolation, reason: String? = nil) {
        self.error = error
        self.code = code
        self.reason = CloseCode.truncate(reason ?? error.message)
    }

    /// The program's own name for why, for those who count.
    var kind: String {
        error.details?["authReason"]?.stringValue ?? error.details?["code"]?.stringValue ?? error.code.rawValue
    }
}

/// What a connection does with what it receives (gateway-protocol §1 to §3): messages in, actions out, no I/O.
package struct ConnectionMachine: Sendable {
    package enum Action: Sendable, Hashable {
        case startHandshake(id: String, ConnectParams)
        case dispatch(RequestFrame)
        case respond(ResponseFrame)
        case close(CloseCode, String)
    }

    package enum State: Sendable, Hashable {
        case awaitingConnect
        case connecting
        case open
        case closing
    }

    /// Consecutive calls with the wrong role that are answered; one more ends the connection.
    package static let maxUnauthorized = 10

    package private(set) var state = State.awaitingConnect
    private var unauthorized = 0

    package init() {}

    /// A whole message arrived.
    package mutating func receive(_ message: [UInt8]) -> [Action] {
        if state == .closing { return [] }
        let json: JSONValue
        do {
            json = try JSONParser.parse(message)
        } catch {
            // Clients of all versions rely on this: silence after the handshake, a plain close before it.
            return state == .open ? [] : close(.normal, "")
        }
        do {
            let frame = try RequestFrame(json: json)
            return state == .open ? [.dispatch(frame)] : first(frame)
        } catch {
            if state != .open { return close(.policyViolation, "invalid request frame") }
            return [
                .respond(
                    ResponseFrame(
                        id: error.id, error: WireError(.invalidRequest, "invalid request frame: \(error.text)")))
            ]
        }
    }

    private mutating func first(_ frame: RequestFrame) -> [Action] {
        guard state == .awaitingConnect, frame.method == "connect" else {
            return refuse(
                frame.id,
                HandshakeRefusal(WireError(.invalidRequest, "invalid handshake: first request must be connect")))
        }
        do {
            let params = try ConnectParams(json: frame.params)
            state = .connecting
            return [.startHandshake(id: frame.id, params)]
        } catch {
            return refuse(frame.id, HandshakeRefusal(WireError(error)))
        }
    }

    /// The handshake was accepted; the hello is sent by who asked. False when the connection ended meanwhile.
    package mutating func accept() -> Bool {
        guard state == .connecting else { return false }
        state = .open
        return true
    }

    package mutating func refuse(_ id: String, _ refusal: HandshakeRefusal) -> [Action] {
        guard state == .connecting || state == .awaitingConnect else { return [] }
        return [.respond(ResponseFrame(id: id, error: refusal.error))] + close(refusal.code, refusal.reason)
    }

    /// The time for the handshake is over.
    package mutating func handshakeDeadline() -> [Action] {
        state == .awaitingConnect || state == .connecting ? close(.normal, "") : []
    }

    /// A response went out. Too many refusals of the role in a row end the connection.
    package mutating func responded(isUnauthorizedRole: Bool) -> [Action] {
        unauthorized = isUnauthorizedRole ? unauthorized + 1 : 0
        return unauthorized > Self.maxUnauthorized ? close(.policyViolation, "repeated unauthorized calls") : []
    }

    /// Ends the connection; only the first call has an effect.
    package mutating func close(_ code: CloseCode, _ reason: String) -> [Action] {
        if state == .closing { return [] }
        state = .closing
        return [.close(code, reason)]
    }
}
