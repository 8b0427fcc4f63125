import ClawProtocol
import ClawSupport

/// What is sent in one `connect`, and what its outcome does to the kept device token.
struct ConnectPlan: Sendable {
    let params: ConnectParams
    private let options: GatewayClientOptions
    /// The token came from the file, not from the person.
    private let usesKeptToken: Bool

    /// `nonce` is that of the challenge. Throws when the device key cannot sign.
    init(options: GatewayClientOptions, nonce: String) throws {
        self.options = options
        var params = ConnectParams(
            client: options.client, scopes: options.scopes.map(\.rawValue), caps: options.caps)
        params.commands = options.commands
        params.role = options.role.rawValue
        params.auth.password = options.credentials.password?.reveal()
        params.auth.token = options.credentials.token?.reveal()
        var usesKeptToken = false
        if options.credentials.isEmpty, let kept = Self.keptToken(options) {
            params.auth.token = kept
            params.auth.deviceToken = kept
            usesKeptToken = true
        }
        if let identity = options.identity {
            let signedAt = options.time.nowMilliseconds
            let text = DeviceSignedText(
                deviceID: identity.deviceID, client: params.client, role: options.role, scopes: params.scopes,
                signedAt: signedAt, auth: params.auth, nonce: nonce)
            params.device = ConnectParams.Device(
                id: identity.deviceID, publicKey: identity.wirePublicKey, signature: try identity.sign(text.v3),
                signedAt: signedAt, nonce: nonce)
        }
        self.params = params
        self.usesKeptToken = usesKeptToken
    }

    /// Only a token that covers what is asked for: with another the Gateway refuses instead of asking its owner.
    private static func keptToken(_ options: GatewayClientOptions) -> String? {
        guard let identity = options.identity, let file = options.tokenFile,
            let kept = file.token(role: options.role.rawValue, deviceID: identity.deviceID)
        else { return nil }
        let covers = Scope.covers(kept.scopes.map { Scope($0) }, options.scopes, role: options.role)
        return covers ? kept.value.reveal() : nil
    }

    /// Keeps the token that the Gateway gave, if it is a new one.
    func accepted(_ hello: HelloOk) throws {
        guard let identity = options.identity, let file = options.tokenFile, let auth = hello.auth else { return }
        try file.store(
            DeviceTokenFile.Token(value: Redacted(auth.deviceToken), scopes: auth.scopes), role: auth.role,
            deviceID: identity.deviceID)
    }

    /// Forgets a kept token that the Gateway called wrong.
    func refused(_ error: GatewayClientError) throws {
        guard usesKeptToken, let identity = options.identity, let file = options.tokenFile else { return }
        let isStale =
            switch error {
            case .refused(let wire, _): wire.message.contains("device token mismatch")
            case .closed(_, let reason): reason.contains("device token mismatch")
            default: false
            }
        if isStale { try file.remove(role: options.role.rawValue, deviceID: identity.deviceID) }
    }
}
