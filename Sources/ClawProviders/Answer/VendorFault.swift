import ClawCore
import ClawSupport

/// Says what a vendor's refusal means: one home for the words and classes of all wire families.
struct VendorFault: Sendable {
    /// The vendor's name for people.
    var name: String
    /// Where the key comes from or, when there is none, can be put: environment variables and configuration paths.
    var keySource: String
    /// Must not appear in a message, even when the vendor repeats it.
    var secret: Redacted?
    /// The model that was asked for.
    var model: String

    /// The error for a status that is no success. Reads the body in the forms of Anthropic, OpenAI and their likes.
    func refused(_ head: IncomingHead, body: [UInt8]) -> ProviderError {
        // A body that is no JSON is shown as text; most come from a proxy in between.
        let json = try? JSONParser.parse(body, mode: .lenient)
        let detail = json.map { Self.detail(of: $0) } ?? Detail(text: Self.plainText(body))
        var error = error(status: head.status, detail: detail)
        error.retryAfter = Self.retryAfter(head.headers)
        return error
    }

    /// The error for an `error` object inside a stream that began well.
    func reported(_ event: JSONValue) -> ProviderError {
        let detail = Self.detail(of: event)
        return error(status: detail.status ?? Self.status(ofKind: detail.kind), detail: detail)
    }

    /// What arrived cannot be understood.
    func malformed(_ what: String, hint: Bool = false) -> ProviderError {
        ProviderError(.format, "\(name) sent \(what).\(hint ? " Check its base URL." : "")")
    }

    /// The stream ended before the answer did.
    func cut() -> ProviderError {
        ProviderError(.timeout, "\(name) ended its answer before it was complete.")
    }

    /// There is no key to call with.
    func missingKey() -> ProviderError {
        ProviderError(.auth, "There is no API key for \(name). Set \(keySource).")
    }
}

extension VendorFault {
    private struct Detail {
        var text = ""
        var kind = ""
        var status: Int?
    }

    private func error(status: Int, detail: Detail) -> ProviderError {
        let reason = Self.reason(status: status, detail: detail)
        let saying = detail.text.isEmpty ? "" : ": \(scrubbed(detail.text))"
        let message =
            switch reason {
            case .auth:
                secret == nil
                    ? "\(name) wants an API key and none is set (HTTP \(status)). Set \(keySource)."
                    // The vendor's text is left out at 401: it tends to repeat parts of the key.
                    : "\(name) refused the key from \(keySource) (HTTP \(status))\(status == 401 ? "" : saying)."
            case .billing: "\(name) asks for payment\(saying)."
            case .rateLimit: "\(name) is overloaded or its limit is reached (HTTP \(status))\(saying)."
            case .contextOverflow: "The conversation is too long for \(model)\(saying)."
            case .modelNotFound: "\(name) has no model \(model)\(saying)."
            case .timeout, .server: "\(name) failed (HTTP \(status))\(saying)."
            case .format: "\(name) did not accept the request (HTTP \(status))\(saying)."
            }
        return ProviderError(reason, Self.singleStop(message), status: status)
    }

    private static func reason(status: Int, detail: Detail) -> ProviderError.Reason {
        let text = detail.text.lowercased()
        if detail.kind == "insufficient_quota" || detail.kind == "billing_error" { return .billing }
        if status == 413 { return .contextOverflow }
        if status == 400 || status == 422 {
            if text.contains("credit balance") { return .billing }
            if isOverflow(text) || detail.kind == "context_length_exceeded" { return .contextOverflow }
            if detail.kind == "model_not_found" { return .modelNotFound }
        }
        switch status {
        case 401, 403: return .auth
        case 402: return .billing
        case 404: return detail.text.isEmpty || !text.contains("model") ? .format : .modelNotFound
        case 408, 502, 503, 504: return .timeout
        case 429, 529: return .rateLimit
        case 500...: return .server
        default: return .format
        }
    }

    /// The sentences by which servers say that the prompt exceeds the model's window.
    private static func isOverflow(_ text: String) -> Bool {
        let sentences = [
            "prompt is too long", "context length", "context window", "context size", "maximum context",
            "too many tokens",
            "exceeds the maximum number of tokens", "input is too long",
        ]
        return sentences.contains { text.contains($0) }
    }

    /// The status that stands for a kind of error, where only the kind is told.
    private static func status(ofKind kind: String) -> Int {
        switch kind {
        case "authentication_error": 401
        case "billing_error", "insufficient_quota": 402
        case "permission_error": 403
        case "not_found_error", "model_not_found": 404
        case "request_too_large": 413
        case "rate_limit_error", "rate_limit_exceeded", "too_many_requests": 429
        case "timeout_error": 504
        case "overloaded_error": 529
        case "invalid_request_error", "context_length_exceeded": 400
        default: 500
        }
    }

    private static func detail(of body: JSONValue) -> Detail {
        var detail = Detail()
        let error = body["error"] ?? body
        detail.text = error.stringValue ?? error["message"]?.stringValue ?? body["message"]?.stringValue ?? ""
        if detail.text.isEmpty { detail.text = body["detail"]?.stringValue ?? "" }
        let code = error["code"]
        detail.kind = code?.stringValue ?? error["type"]?.stringValue ?? ""
        if let status = code?.intValue, (400..<600).contains(status) { detail.status = status }
        if let number = Int(detail.kind), (400..<600).contains(number) { detail.status = number }
        detail.text = plainText(Array(detail.text.utf8))
        return detail
    }

    /// At most 300 characters in one line.
    private static func plainText(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(2000), as: UTF8.self)
        if text.contains("<html") || text.contains("<!DOCTYPE") || text.contains("<!doctype") { return "" }
        let line = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        return line.count > 300 ? line.prefix(300) + "…" : line
    }

    private func scrubbed(_ text: String) -> String {
        guard let secret = secret?.reveal(), secret.utf8.count >= 6 else { return text }
        return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "[redacted]")
    }

    private static func singleStop(_ text: String) -> String {
        text.hasSuffix("..") || text.hasSuffix("?.") || text.hasSuffix("!.") ? String(text.dropLast()) : text
    }

    /// `retry-after-ms` or `retry-after` in seconds. A date is not read: no vendor of models sends one.
    static func retryAfter(_ headers: [String: String]) -> Duration? {
        if let value = headers["retry-after-ms"].flatMap(Double.init), value >= 0, value < 86_400_000 {
            return .milliseconds(Int64(value))
        }
        if let value = headers["retry-after"].flatMap(Double.init), value >= 0, value < 86_400 {
            return .milliseconds(Int64(value * 1000))
        }
        return nil
    }
}
