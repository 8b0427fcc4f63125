import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

@Suite struct VendorFaultTests {
    private static let secret = "sk-secret-123456"

    private func fault(hasKey: Bool = true) -> VendorFault {
        VendorFault(
            name: "Acme", keySource: "ACME_API_KEY", secret: hasKey ? Redacted(Self.secret) : nil, model: "acme/m")
    }

    private func refused(
        _ status: Int, _ body: String, headers: [String: String] = [:], hasKey: Bool = true
    ) -> ProviderError {
        fault(hasKey: hasKey).refused(IncomingHead(status: status, headers: headers), body: Array(body.utf8))
    }

    @Test(arguments: [
        (
            401, #"{"error":{"message":"bad key"}}"#, ProviderError.Reason.auth,
            "Acme refused the key from ACME_API_KEY (HTTP 401)."
        ),
        (
            403, #"{"error":{"type":"permission_error","message":"Not in your region."}}"#, .auth,
            "Acme refused the key from ACME_API_KEY (HTTP 403): Not in your region."
        ),
        (402, "{}", .billing, "Acme asks for payment."),
        (
            400, #"{"error":{"message":"Your credit balance is too low"}}"#, .billing,
            "Acme asks for payment: Your credit balance is too low."
        ),
        (
            429, #"{"error":{"code":"insufficient_quota","message":"You exceeded your quota."}}"#, .billing,
            "Acme asks for payment: You exceeded your quota."
        ),
        (429, "", .rateLimit, "Acme is overloaded or its limit is reached (HTTP 429)."),
        (
            529, #"{"error":{"type":"overloaded_error","message":"Overloaded"}}"#, .rateLimit,
            "Acme is overloaded or its limit is reached (HTTP 529): Overloaded."
        ),
        (
            400, #"{"error":{"message":"prompt is too long: 300000 tokens > 200000 maximum"}}"#, .contextOverflow,
            "The conversation is too long for acme/m: prompt is too long: 300000 tokens > 200000 maximum."
        ),
        (
            400, #"{"error":{"code":"context_length_exceeded","message":"No."}}"#, .contextOverflow,
            "The conversation is too long for acme/m: No."
        ),
        (413, "", .contextOverflow, "The conversation is too long for acme/m."),
        (
            404, #"{"error":{"message":"The model `m` does not exist"}}"#, .modelNotFound,
            "Acme has no model acme/m: The model `m` does not exist."
        ),
        (404, "Not Found", .format, "Acme did not accept the request (HTTP 404): Not Found."),
        (
            422, #"{"detail":"messages: field required"}"#, .format,
            "Acme did not accept the request (HTTP 422): messages: field required."
        ),
        (
            400, #"{"object":"error","message":"bad tools"}"#, .format,
            "Acme did not accept the request (HTTP 400): bad tools."
        ),
        (400, #"{"error":"plain text"}"#, .format, "Acme did not accept the request (HTTP 400): plain text."),
        (500, "<!DOCTYPE html><html>…</html>", .server, "Acme failed (HTTP 500)."),
        (503, "upstream\n  is  away", .timeout, "Acme failed (HTTP 503): upstream is away."),
        (408, "", .timeout, "Acme failed (HTTP 408)."),
        (302, "", .format, "Acme did not accept the request (HTTP 302)."),
    ])
    func classesAndWords(status: Int, body: String, reason: ProviderError.Reason, message: String) {
        #expect(refused(status, body) == ProviderError(reason, message, status: status))
    }

    @Test func keepsTheKeyOutOfMessages() {
        let error = refused(403, #"{"error":{"message":"key sk-secret-123456 is blocked, sk-secret-123456"}}"#)
        #expect(
            error.message
                == "Acme refused the key from ACME_API_KEY (HTTP 403): key [redacted] is blocked, [redacted].")
    }

    @Test func saysWhereAKeyCanBePut() {
        let error = refused(401, "{}", hasKey: false)
        #expect(error.message == "Acme wants an API key and none is set (HTTP 401). Set ACME_API_KEY.")
        #expect(fault(hasKey: false).missingKey().message == "There is no API key for Acme. Set ACME_API_KEY.")
    }

    @Test func cutsLongTexts() {
        let error = refused(400, String(repeating: "word ", count: 1000))
        #expect(error.message.count < 400)
        #expect(error.message.hasSuffix("…."))
    }

    @Test(arguments: [
        (["retry-after": "12"], Duration.seconds(12)), (["retry-after": "1.5"], .milliseconds(1500)),
        (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)), (["retry-after": "-1"], nil),
        (["retry-after": "soon"], nil), (["retry-after": "nan"], nil), (["retry-after": "1e300"], nil), ([:], nil),
    ])
    func readsHowLongToWait(headers: [String: String], wait: Duration?) {
        #expect(refused(429, "", headers: headers).retryAfter == wait)
    }

    @Test(arguments: [
        (#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#, ProviderError.Reason.rateLimit, 529),
        (#"{"type":"error","error":{"type":"rate_limit_error","message":"x"}}"#, .rateLimit, 429),
        (#"{"type":"error","error":{"type":"authentication_error","message":"x"}}"#, .auth, 401),
        (#"{"type":"error","error":{"type":"api_error","message":"x"}}"#, .server, 500),
        (
            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}}"#,
            .contextOverflow, 400
        ),
        (#"{"error":{"code":502,"message":"x"}}"#, .timeout, 502),
        (#"{"error":{"code":"429","message":"x"}}"#, .rateLimit, 429),
        (#"{"error":{"message":"x"}}"#, .server, 500),
    ])
    func readsErrorsInsideAStream(event: String, reason: ProviderError.Reason, status: Int) throws {
        let error = fault().reported(try JSONParser.parse(event))
        #expect(error.reason == reason)
        #expect(error.status == status)
    }
}
