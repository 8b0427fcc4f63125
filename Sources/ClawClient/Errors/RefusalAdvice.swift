import ClawCore
import ClawProtocol

/// What each refusal of a connection or a device means for a person, by its `details.code`, or by its message.
struct RefusalAdvice {
    let code: ClawError.Code
    let message: String
    let hint: String

    private struct Row {
        let code: String
        /// The start of the wire message.
        let text: String
        let kind: ClawError.Code
        let message: String
        let hint: String
    }

    /// Nil for an error of another kind.
    static func of(_ code: String, message: String) -> RefusalAdvice? {
        let byCode = code.isEmpty ? nil : rows.first { $0.code == code }
        guard let row = byCode ?? rows.first(where: { message.hasPrefix($0.text) }) else { return nil }
        // Without a code of its own the row stands for several cases, which the wire's text tells apart.
        let text = row.code.isEmpty ? "\(row.message.dropLast()) (\(message))." : row.message
        return RefusalAdvice(code: row.kind, message: text, hint: row.hint)
    }

    private static let tokenPlace =
        "It stands in gateway.auth.token of the Gateway's openclaw.json; pass it with --token or OPENCLAW_GATEWAY_TOKEN."
    private static let passwordPlace =
        "It stands in gateway.auth.password of the Gateway's openclaw.json; pass it with --password or "
        + "OPENCLAW_GATEWAY_PASSWORD."
    private static let clock = "Set the clock of this machine; it may differ from the Gateway's by two minutes at most."
    private static let identity =
        "Move identity/device.json in the state directory aside; the next command makes a new identity."
    private static let tailscale = "Check `tailscale status` here and on the Gateway's machine, or pass --token."

    private static let rows: [Row] = [
        Row(
            code: "AUTH_TOKEN_MISSING", text: "unauthorized: gateway token missing", kind: .unauthorized,
            message: "The Gateway wants its token, and none was given.", hint: tokenPlace),
        Row(
            code: "AUTH_TOKEN_MISMATCH", text: "unauthorized: gateway token mismatch", kind: .unauthorized,
            message: "The token is not the Gateway's.", hint: tokenPlace),
        Row(
            code: "AUTH_TOKEN_NOT_CONFIGURED", text: "unauthorized: gateway token not configured", kind: .unauthorized,
            message: "The Gateway asks for a token but has none itself.",
            hint: "On its machine run `openclaw config set gateway.auth.token <token>` and restart it."),
        Row(
            code: "AUTH_PASSWORD_MISSING", text: "unauthorized: gateway password missing", kind: .unauthorized,
            message: "The Gateway wants its password, and none was given.", hint: passwordPlace),
        Row(
            code: "AUTH_PASSWORD_MISMATCH", text: "unauthorized: gateway password mismatch", kind: .unauthorized,
            message: "The password is not the Gateway's.", hint: passwordPlace),
        Row(
            code: "AUTH_PASSWORD_NOT_CONFIGURED", text: "unauthorized: gateway password not configured",
            kind: .unauthorized, message: "The Gateway asks for a password but has none itself.",
            hint: "On its machine run `openclaw config set gateway.auth.password <password>` and restart it."),
        Row(
            code: "AUTH_TAILSCALE_IDENTITY_MISSING", text: "unauthorized: tailscale identity missing",
            kind: .unauthorized, message: "The Gateway expects a Tailscale identity, and the request had none.",
            hint: tailscale),
        Row(
            code: "AUTH_TAILSCALE_PROXY_MISSING", text: "unauthorized: tailscale proxy", kind: .unauthorized,
            message: "The request did not come through Tailscale's proxy.", hint: tailscale),
        Row(
            code: "AUTH_TAILSCALE_WHOIS_FAILED", text: "unauthorized: tailscale identity check", kind: .unauthorized,
            message: "The Gateway could not check the Tailscale identity.", hint: tailscale),
        Row(
            code: "AUTH_TAILSCALE_IDENTITY_MISMATCH", text: "unauthorized: tailscale identity mismatch",
            kind: .unauthorized, message: "The Tailscale identity is not the one that was claimed.", hint: tailscale),
        Row(
            code: "AUTH_RATE_LIMITED", text: "unauthorized: too many failed", kind: .unauthorized,
            message: "Too many failed attempts: the Gateway refuses this address for a while.",
            hint: "Wait five minutes, then try once with the right token."),
        Row(
            code: "AUTH_DEVICE_TOKEN_MISMATCH", text: "unauthorized: device token mismatch", kind: .unauthorized,
            message: "The Gateway no longer accepts the token that it gave this device.",
            hint: "Try again with the Gateway's own token: --token or OPENCLAW_GATEWAY_TOKEN."),
        Row(
            code: "AUTH_REQUIRED", text: "unauthorized: device token rejected", kind: .unauthorized,
            message: "The Gateway wants to know who asks.", hint: "Pass --token or --password."),
        Row(
            code: "AUTH_UNAUTHORIZED", text: "unauthorized", kind: .unauthorized,
            message: "The Gateway refused the connection as unauthorized.",
            hint: "See `openclaw logs` on its machine for the reason."),
        Row(
            code: "DEVICE_IDENTITY_REQUIRED", text: "device identity required", kind: .notPaired,
            message: "The Gateway wants a device identity, and none was sent.",
            hint: "Pass the Gateway's token with --token, or check that the state directory can be written."),
        Row(
            code: "DEVICE_AUTH_SIGNATURE_EXPIRED", text: "device signature expired", kind: .unauthorized,
            message: "The Gateway finds the signature of this device too old or too new.", hint: clock),
        Row(
            code: "DEVICE_AUTH_DEVICE_ID_MISMATCH", text: "device identity mismatch", kind: .unauthorized,
            message: "The id of this device does not belong to its key.", hint: identity),
        Row(
            code: "DEVICE_AUTH_SIGNATURE_INVALID", text: "device signature invalid", kind: .unauthorized,
            message: "The Gateway could not verify the signature of this device.", hint: identity),
        Row(
            code: "DEVICE_AUTH_PUBLIC_KEY_INVALID", text: "device public key invalid", kind: .unauthorized,
            message: "The Gateway could not read the public key of this device.", hint: identity),
        Row(
            code: "DEVICE_AUTH_NONCE_MISMATCH", text: "device nonce", kind: .unauthorized,
            message: "The answer to the Gateway's challenge did not fit.", hint: "Try again."),
        Row(
            code: "", text: "protocol mismatch", kind: .invalidRequest,
            message: "The Gateway speaks another version of the protocol.",
            hint: "Update the older of the two: `openclaw --version` here and on the Gateway's machine."),
        Row(
            code: "", text: "origin not allowed", kind: .forbidden,
            message: "The Gateway does not accept connections from this origin.",
            hint: "Add it to gateway.controlUi.allowedOrigins of the Gateway."),
        Row(
            code: "", text: "missing scope:", kind: .forbidden,
            message: "This connection may not call that method.",
            hint: "Ask for the scope when connecting; the owner may have to approve it with `openclaw devices approve`."
        ),
        Row(
            code: "", text: "unknown requestId", kind: .notFound, message: "The Gateway knows no such request.",
            hint: "Requests live five minutes; see `openclaw devices list`."),
        Row(
            code: "", text: "unknown deviceId", kind: .notFound, message: "The Gateway knows no such device.",
            hint: "See `openclaw devices list`."),
        Row(
            code: "", text: "unknown method:", kind: .notFound, message: "The Gateway does not know that method.",
            hint: "It may be of another version; compare `openclaw --version` on both machines."),
    ]
}
