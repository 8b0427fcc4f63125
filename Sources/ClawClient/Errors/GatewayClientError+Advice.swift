package import ClawCore
import ClawProtocol
import ClawSupport

extension GatewayClientError {
    /// The error for a person: what is wrong, and what to do about it.
    package var clawError: ClawError {
        switch self {
        case .unreachable(let endpoint, let reason, let isLocal):
            ClawError(
                .unavailable, "The Gateway at \(endpoint) cannot be reached: \(reason).",
                hint: isLocal
                    ? "Start it with `openclaw gateway run`."
                    : "Check the address, and that the Gateway runs there and listens on that interface.",
                retry: .yes)
        case .untrusted(let endpoint, let isPinned):
            ClawError(
                .unavailable,
                "The Gateway at \(endpoint) cannot be reached: its certificate is not "
                    + (isPinned ? "the one with the pinned fingerprint" : "trusted here")
                    + ", or it does not speak TLS.",
                hint: "`openclaw gateway status` on its machine shows the fingerprint, which belongs into "
                    + "gateway.remote.tlsFingerprint.")
        case .refused(let error, _): Self.refusal(error)
        case .closed(let code, let reason): Self.closure(code, reason).closed(code, reason)
        case .timedOut(let subject, let limit):
            ClawError(
                .timeout, "The Gateway did not answer \(subject) within \(Self.text(limit)).",
                hint: "See what it is doing with `openclaw logs`, or allow more time with --timeout.", retry: .yes)
        case .tooLarge(let bytes, let limit):
            ClawError(
                .invalidRequest, "The request has \(bytes) bytes; the Gateway accepts \(limit).",
                hint: "Send less in one request.")
        case .malformed(let text):
            ClawError(
                .unavailable, "The other end does not speak the Gateway protocol: \(text).",
                hint: "Check that the address is that of an OpenClaw Gateway.")
        }
    }

    private static func refusal(_ error: WireError) -> ClawError {
        var details: JSONObject = ["wireCode": .string(error.code.rawValue), "wireMessage": .string(error.message)]
        for (key, value) in error.details?.objectValue ?? [:] { details[key] = value }
        let code = error.details?["code"]?.stringValue ?? ""
        if code == "PAIRING_REQUIRED" || error.message == "pairing required" {
            return pairing(error.details, details: details)
        }
        let subject = code.isEmpty ? error.code.rawValue : code
        if let advice = RefusalAdvice.of(subject, message: error.message) {
            return ClawError(advice.code, advice.message, hint: advice.hint, details: details)
        }
        let kind: ClawError.Code = error.code == .invalidRequest ? .invalidRequest : .unavailable
        let hint = error.details?["hint"]?.stringValue
        return ClawError(kind, sentence(error.message), hint: hint, retry: retry(error), details: details)
    }

    private static func pairing(_ wire: JSONValue?, details: JSONObject) -> ClawError {
        let message =
            switch wire?["reason"]?.stringValue {
            case "scope-upgrade": "This device asks the Gateway for more rights than it was given."
            case "role-upgrade": "This device asks the Gateway for a role that it was not given."
            case "metadata-upgrade": "This device was paired under another platform name."
            default: "This device is not paired with the Gateway yet."
            }
        // The id comes from the other end and is meant to be pasted into a shell.
        let id = wire?["requestId"]?.stringValue.flatMap { id in
            let isPlain = id.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
            return isPlain && !id.isEmpty && !id.hasPrefix("-") && id.utf8.count <= 64 ? id : nil
        }
        let command = id.map { "openclaw devices approve \($0)" } ?? "openclaw devices list"
        return ClawError(
            .notPaired, message,
            hint: "On the Gateway's machine run `\(command)`, then try again.", details: details)
    }

    private static func closure(_ code: UInt16, _ reason: String) -> ClawError {
        switch (code, reason) {
        case (1008, "pairing required"): return pairing(nil, details: [:])
        case (1012, _):
            return ClawError(
                .unavailable, "The Gateway is restarting or stopping.", hint: "Try again in a moment.", retry: .yes)
        case (1009, _):
            return ClawError(
                .invalidRequest, "The message is larger than the other end accepts.", hint: "Send less in one request.")
        case (1006, _):
            return ClawError(
                .unavailable, "The connection to the Gateway broke before it answered.",
                hint: "See `openclaw logs` for what happened there.", retry: .yes)
        case (1008, "slow consumer"):
            return ClawError(
                .unavailable, "The Gateway ended the connection because this end read too slowly.",
                hint: "Try again.", retry: .yes)
        default: break
        }
        if let advice = RefusalAdvice.of("", message: reason) {
            return ClawError(advice.code, advice.message, hint: advice.hint)
        }
        let why = reason.isEmpty ? "code \(code)" : "code \(code), \(reason)"
        return ClawError(
            .unavailable, "The Gateway closed the connection before it answered (\(why)).",
            hint: "See `openclaw logs` for the reason.", retry: .yes)
    }

    private static func retry(_ error: WireError) -> ClawError.Retry {
        if let after = error.retryAfter { return .after(.milliseconds(after)) }
        return error.retryable == true ? .yes : .no
    }

    /// A wire message as a sentence: the wire's are bare phrases.
    private static func sentence(_ text: String) -> String {
        guard let last = text.last, ![".", "!", "?"].contains(last) else { return text }
        return text + "."
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}

extension ClawError {
    /// The error with the close frame that it came from.
    fileprivate func closed(_ code: UInt16, _ reason: String) -> ClawError {
        var error = self
        error.details["closeCode"] = .int(Int(code))
        error.details["closeReason"] = .string(reason)
        return error
    }
}
