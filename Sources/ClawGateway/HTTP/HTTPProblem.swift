import ClawAgent
import ClawCore
import ClawProtocol
import ClawSupport
import HTTPTypes
import Hummingbird
import NIOCore

/// A request that is answered with an error: the status, and the body that clients of OpenAI's API read.
package struct HTTPProblem: Error, Sendable, Hashable {
    package var status: Int
    package var message: String
    /// OpenAI's `error.type`.
    package var type: String
    /// Which methods there are; for 405.
    package var allow: String?
    /// Whole seconds.
    package var retryAfter: Int?
    /// Whether asking again would repeat work that was done; OpenAI's clients heed it.
    var mustNotRepeat = false
    /// Whether the connection must end, since the rest of the request is not read.
    package var closes = false

    package init(_ status: Int, _ message: String, type: String = "invalid_request_error") {
        self.status = status
        self.message = message
        self.type = type
    }

    static let unauthorized = HTTPProblem(401, "Unauthorized", type: "unauthorized")

    /// Whether the caller was not let in.
    var isRefusal: Bool { [401, 403, 429].contains(status) }

    static func methodNotAllowed(_ allow: String) -> HTTPProblem {
        var problem = HTTPProblem(405, "Method Not Allowed")
        problem.allow = allow
        return problem
    }

    static func tooLarge() -> HTTPProblem {
        var problem = HTTPProblem(413, "Payload too large")
        problem.closes = true
        return problem
    }

    static func tooSlow() -> HTTPProblem {
        var problem = HTTPProblem(408, "Request body timeout")
        problem.closes = true
        return problem
    }

    /// A run that was carried out and went wrong.
    static func runFailed(_ message: String) -> HTTPProblem {
        var problem = HTTPProblem(500, message, type: "api_error")
        problem.mustNotRepeat = true
        return problem
    }

    /// A run that somebody ended. A client that repeats the request by itself would undo that, or double the turn that goes on
    /// after a stop.
    static func runEnded(_ reason: AbortReason) -> HTTPProblem {
        var problem = runFailed(reason.sentence)
        if reason != .timeout { problem.status = 503 }
        return problem
    }

    static func rateLimited(_ rest: Duration) -> HTTPProblem {
        var problem = HTTPProblem(
            429, "Too many failed authentication attempts. Please try again later.", type: "rate_limited")
        problem.retryAfter = Int((rest.wholeMilliseconds + 999) / 1000)
        return problem
    }

    /// What an error of this program is to a client.
    init(any error: any Error) {
        switch error {
        case let error as HTTPProblem: self = error
        case let error as ClawError:
            switch error.code {
            case .unavailable, .storage, .timeout: self.init(503, error.message, type: "api_error")
            case .internalFault: self.init(500, "internal error", type: "api_error")
            case .notFound: self.init(404, error.message)
            default: self.init(400, error.message)
            }
        default: self.init(500, "internal error", type: "api_error")
        }
    }

    var body: JSONValue { ["error": ["message": .string(message), "type": .string(type)]] }
}

extension Response {
    /// A JSON answer; the length is told, and nothing may keep it.
    static func json(_ status: Int, _ value: JSONValue, isHead: Bool = false) -> Response {
        var response = text(status, value.bytes, type: "application/json; charset=utf-8", isHead: isHead)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    static func text(
        _ status: Int, _ bytes: [UInt8], type: String = "text/plain; charset=utf-8", isHead: Bool = false
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.contentLength] = String(bytes.count)
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: isHead || bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Keeps OpenAI's clients from sending a request once more by themselves, which would run the turn once more.
    mutating func forbidRepetition() {
        if let name = HTTPField.Name("x-should-retry") { headers[name] = "false" }
    }

    static func problem(_ problem: HTTPProblem) -> Response {
        var response: Response =
            problem.allow == nil
            ? .json(problem.status, problem.body) : .text(problem.status, Array(problem.message.utf8))
        response.headers[.allow] = problem.allow
        response.headers[.retryAfter] = problem.retryAfter.map(String.init)
        if problem.mustNotRepeat { response.forbidRepetition() }
        if problem.closes { response.headers[.connection] = "close" }
        return response
    }
}
