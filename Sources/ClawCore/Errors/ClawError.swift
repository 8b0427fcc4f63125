package import ClawSupport

/// The one error that leaves this program: on the wire, over HTTP and from the command line.
package struct ClawError: Error, Sendable, CustomStringConvertible {
    /// A stable name of what went wrong. Open: a domain may add its own.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let rawValue: String

        package init(_ rawValue: String) { self.rawValue = rawValue }

        package var description: String { rawValue }

        /// The request cannot work as it is.
        package static let invalidRequest = Code("invalid_request")
        package static let notFound = Code("not_found")
        /// Who asks is known and may not.
        package static let forbidden = Code("forbidden")
        /// Who asks is not known.
        package static let unauthorized = Code("unauthorized")
        /// The thing exists but is busy, stopping or out of reach.
        package static let unavailable = Code("unavailable")
        package static let timeout = Code("timeout")
        package static let configInvalid = Code("config_invalid")
        /// A file, disk or database refused.
        package static let storage = Code("storage")
        package static let conflict = Code("conflict")
        /// A fault of this program.
        package static let internalFault = Code("internal")
    }

    package enum Retry: Sendable, Hashable {
        case no
        case yes
        case after(Duration)
    }

    package var code: Code
    /// One sentence for a person.
    package var message: String
    /// What to do next.
    package var hint: String?
    package var retry: Retry
    /// More for programs; never a secret.
    package var details: JSONObject
    package var cause: (any Error)?

    package init(
        _ code: Code, _ message: String, hint: String? = nil, retry: Retry = .no, details: JSONObject = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.retry = retry
        self.details = details
        self.cause = cause
    }

    package var description: String { hint.map { "\(message) \($0)" } ?? message }
}
