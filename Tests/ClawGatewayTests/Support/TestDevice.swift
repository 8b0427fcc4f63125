import ClawProtocol
import ClawSupport
import Crypto

/// A device with a key, as a client has it.
struct TestDevice {
    let key: Curve25519.Signing.PrivateKey
    let publicKey: String
    let id: String

    /// The key is made of `seed`, so that ids are known.
    init(seed: UInt8) throws {
        key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        let raw = Array(key.publicKey.rawRepresentation)
        publicKey = Base64.encodeURL(raw)
        id = sha256Hex(raw)
    }

    /// Adds the proof to the params, in the form `v3` or `v2`.
    func sign(
        _ params: ConnectParams, nonce: String, at now: Int64, isOld: Bool = false
    ) throws -> ConnectParams {
        let role = params.role.flatMap(Role.init) ?? .operator
        let text = DeviceSignedText(
            deviceID: id, client: params.client, role: role, scopes: params.scopes, signedAt: now, auth: params.auth,
            nonce: nonce)
        let signature = try key.signature(for: Array((isOld ? text.v2 : text.v3).utf8))
        var signed = params
        signed.device = ConnectParams.Device(
            id: id, publicKey: publicKey, signature: Base64.encodeURL(Array(signature)), signedAt: now, nonce: nonce)
        return signed
    }
}

extension ConnectParams {
    /// The params of an operator that holds the shared token.
    static func test(
        scopes: [String] = ["operator.admin"], id: String = "gateway-client", mode: String = "ui",
        token: String? = TestGateway.token
    ) -> ConnectParams {
        var params = ConnectParams(
            client: Client(id: id, version: "1.0", platform: "linux", mode: mode), scopes: scopes)
        params.auth.token = token
        return params
    }
}

extension RawSocket {
    /// Sends `connect` and reads the response.
    mutating func connect(_ params: ConnectParams) async throws -> JSONValue {
        try await call("connect", params.json)
    }
}
