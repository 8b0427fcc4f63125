package import ClawCore
package import ClawSupport

/// The error of a response frame.
package struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The protocol's own short list of codes.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let rawValue: String

        package init(_ rawValue: String) { self.rawValue = rawValue }

        package var description: String { rawValue }

        package static let invalidRequest = Code("INVALID_REQUEST")
        package static let unavailable = Code("UNAVAILABLE")
        package static let notPaired = Code("NOT_PAIRED")
        package static let notLinked = Code("NOT_LINKED")
        package static let agentTimeout = Code("AGENT_TIMEOUT")
    }

    package var code: Code
    package var message: String
    package var details: JSONValue?
    package var retryable: Bool?
    /// Milliseconds after which a retry makes sense.
    package var retryAfter: Int?

    package init(
        _ code: Code, _ message: String, details: JSONValue? = nil, retryable: Bool? = nil, retryAfter: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.retryable = retryable
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code): \(message)" }

    package var json: JSONValue {
        var object: JSONObject = ["code": .string(code.rawValue), "message": .string(message)]
        object.set("details", details)
        object.set("retryable", retryable)
        object.set("retryAfterMs", retryAfter)
        return .object(object)
    }

    /// Reads the error of a response; nil when code or message is missing.
    package init?(json: JSONValue) {
        guard let code = json["code"]?.stringValue, let message = json["message"]?.stringValue else { return nil }
        self.init(
            Code(code), message, details: json["details"], retryable: json["retryable"]?.boolValue,
            retryAfter: json["retryAfterMs"]?.intValue)
    }
}

extension ClawError.Code {
    /// The device is not paired, or not for what it asks: `NOT_PAIRED` on the wire.
    package static let notPaired = ClawError.Code("not_paired")
}

extension WireError {
    /// The one mapping of this program's errors to the wire. The finer code stands in `details.code` where the wire's code
    /// says less and the error has not put one there itself.
    package init(_ error: ClawError) {
        let code: Code
        switch error.code {
        case .notPaired: code = .notPaired
        case .unavailable, .timeout, .storage, .internalFault: code = .unavailable
        default: code = .invalidRequest
        }
        var details = error.details
        let isPlain = error.code == .invalidRequest || error.code == .unavailable || error.code == .notPaired
        if !isPlain, details["code"] == nil { details["code"] = .string(error.code.rawValue) }
        if details["hint"] == nil { details.set("hint", error.hint) }
        self.init(code, error.message, details: details.isEmpty ? nil : .object(details))
        switch error.retry {
        case .no: break
        case .yes: retryable = true
        case .after(let duration):
            retryable = true
            retryAfter = Int(duration.wholeMilliseconds)
        }
    }

    /// Any error of a method: what is not a `ClawError` becomes `UNAVAILABLE` `<type>: <text>`, cut at 240 characters.
    package init(any error: any Error) {
        switch error {
        case let error as WireError: self = error
        case let error as ClawError: self.init(error)
        default:
            let text = "\(type(of: error)): \(error)"
            self.init(.unavailable, text.count > 240 ? "\(text.prefix(240))..." : text)
        }
    }
}
