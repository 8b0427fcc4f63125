import ClawCore
package import ClawProtocol
package import ClawSupport

/// Why a call to a Gateway gave no result.
package enum GatewayClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No connection: nobody listens, the name is unknown, or the other end is no Gateway.
    case unreachable(endpoint: String, reason: String, isLocal: Bool)
    /// The other end does not speak TLS, or shows a certificate that is not the pinned one or that nobody here vouches for.
    case untrusted(endpoint: String, isPinned: Bool)
    /// The Gateway answered with an error. A failed run carries its payload, too.
    case refused(WireError, payload: JSONValue?)
    /// The connection ended before the answer. Code 1006 means without a close frame.
    case closed(code: UInt16, reason: String)
    /// No answer within the time allowed.
    case timedOut(waitingFor: String, limit: Duration)
    /// The request is larger than the Gateway accepts.
    case tooLarge(bytes: Int, limit: Int)
    /// The other end broke the protocol.
    case malformed(String)

    package var description: String { clawError.message }

    /// `details.code` of a refusal, else the wire's own code.
    package var refusalCode: String? {
        guard case .refused(let error, _) = self else { return nil }
        return error.details?["code"]?.stringValue ?? error.code.rawValue
    }
}
