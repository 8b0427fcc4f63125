import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// Every refusal of gateway-protocol §5.4 to §7, as the wire says it, and what a person reads.
struct RefusalAdviceTests {
    private static let refusals: [(code: String, message: String)] = [
        ("AUTH_TOKEN_MISSING", "unauthorized: gateway token missing (x)"),
        ("AUTH_TOKEN_MISMATCH", "unauthorized: gateway token mismatch (x)"),
        ("AUTH_TOKEN_NOT_CONFIGURED", "unauthorized: gateway token not configured on gateway"),
        ("AUTH_PASSWORD_MISSING", "unauthorized: gateway password missing (x)"),
        ("AUTH_PASSWORD_MISMATCH", "unauthorized: gateway password mismatch (x)"),
        ("AUTH_PASSWORD_NOT_CONFIGURED", "unauthorized: gateway password not configured on gateway"),
        ("AUTH_TAILSCALE_IDENTITY_MISSING", "unauthorized: tailscale identity missing"),
        ("AUTH_TAILSCALE_PROXY_MISSING", "unauthorized: tailscale proxy headers missing"),
        ("AUTH_TAILSCALE_WHOIS_FAILED", "unauthorized: tailscale identity check failed"),
        ("AUTH_TAILSCALE_IDENTITY_MISMATCH", "unauthorized: tailscale identity mismatch"),
        ("AUTH_RATE_LIMITED", "unauthorized: too many failed authentication attempts"),
        ("AUTH_DEVICE_TOKEN_MISMATCH", "unauthorized: device token mismatch"),
        ("AUTH_REQUIRED", "unauthorized: device token rejected"), ("AUTH_UNAUTHORIZED", "unauthorized"),
        ("DEVICE_IDENTITY_REQUIRED", "device identity required"),
        ("DEVICE_AUTH_DEVICE_ID_MISMATCH", "device identity mismatch"),
        ("DEVICE_AUTH_SIGNATURE_EXPIRED", "device signature expired"),
        ("DEVICE_AUTH_NONCE_MISMATCH", "device nonce mismatch"),
        ("DEVICE_AUTH_SIGNATURE_INVALID", "device signature invalid"),
        ("DEVICE_AUTH_PUBLIC_KEY_INVALID", "device public key invalid"), ("", "protocol mismatch"),
        ("", "origin not allowed (x)"), ("", "missing scope: operator.admin"), ("", "unknown method: a.b"),
        ("", "unknown requestId"), ("", "unknown deviceId/role"),
        ("", "invalid agent params: must be string"),
    ]

    private func text(_ code: String, _ message: String) -> String {
        let details: JSONValue? = code.isEmpty ? nil : ["code": .string(code)]
        let error = GatewayClientError.refused(
            WireError(.invalidRequest, message, details: details), payload: nil
        ).clawError
        return "\(error.code): \(error.message)\n    \(error.hint ?? "-")\n"
    }

    @Test func everyRefusalSaysWhatToDo() {
        expectGolden(Self.refusals.map { "\($0.message)\n  \(text($0.code, $0.message))" }.joined(), "refusals.txt")
    }

    @Test(arguments: refusals.filter { !$0.code.isEmpty && $0.message != "unauthorized" }.map(\.message))
    func theMessageAloneIsEnough(_ message: String) {
        let code = Self.refusals.first { $0.message == message }?.code ?? ""
        #expect(text("", message) == text(code, message))
    }

    @Test(arguments: ["scope-upgrade", "role-upgrade", "metadata-upgrade", "not-paired"])
    func theReasonOfPairingIsTold(_ reason: String) {
        let wire = WireError(
            .notPaired, "pairing required",
            details: ["code": "PAIRING_REQUIRED", "requestId": "r1", "reason": .string(reason)])
        let messages = [
            "scope-upgrade": "This device asks the Gateway for more rights than it was given.",
            "role-upgrade": "This device asks the Gateway for a role that it was not given.",
            "metadata-upgrade": "This device was paired under another platform name.",
            "not-paired": "This device is not paired with the Gateway yet.",
        ]
        #expect(GatewayClientError.refused(wire, payload: nil).clawError.message == messages[reason])
    }

    @Test func waitingTimesAreKept() {
        let wire = WireError(.unavailable, "rate limit exceeded", retryable: true, retryAfter: 1500)
        #expect(GatewayClientError.refused(wire, payload: nil).clawError.retry == .after(.milliseconds(1500)))
    }
}
