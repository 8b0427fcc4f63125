package import ClawProtocol
import ClawSupport
import Crypto

/// Why the proof of a device key does not hold, in the order of the checks (gateway-protocol §5.4).
package enum DeviceProofFailure: String, Error, Sendable, Hashable, CaseIterable {
    case identityMismatch = "device-id-mismatch"
    case signatureExpired = "device-signature-stale"
    case nonceMissing = "device-nonce-missing"
    case nonceMismatch = "device-nonce-mismatch"
    case signatureInvalid = "device-signature"
    case publicKeyInvalid = "device-public-key"

    package var code: String {
        switch self {
        case .identityMismatch: "DEVICE_AUTH_DEVICE_ID_MISMATCH"
        case .signatureExpired: "DEVICE_AUTH_SIGNATURE_EXPIRED"
        case .nonceMissing: "DEVICE_AUTH_NONCE_REQUIRED"
        case .nonceMismatch: "DEVICE_AUTH_NONCE_MISMATCH"
        case .signatureInvalid: "DEVICE_AUTH_SIGNATURE_INVALID"
        case .publicKeyInvalid: "DEVICE_AUTH_PUBLIC_KEY_INVALID"
        }
    }

    package var message: String {
        switch self {
        case .identityMismatch: "device identity mismatch"
        case .signatureExpired: "device signature expired"
        case .nonceMissing: "device nonce required"
        case .nonceMismatch: "device nonce mismatch"
        case .signatureInvalid: "device signature invalid"
        case .publicKeyInvalid: "device public key invalid"
        }
    }
}

/// Checks that a client holds the key of the device it names, and that the proof was made for this connection.
package struct DeviceProof: Sendable {
    /// Milliseconds by which the clocks may differ.
    package static let maxSkew: Int64 = 120_000

    package init() {}

    /// Returns the public key as base64url of its 32 bytes, the form that is stored and compared.
    ///
    /// - Parameters:
    ///   - nonce: that of this connection's challenge.
    ///   - now: milliseconds since 1970.
    package func verify(
        _ device: ConnectParams.Device, params: ConnectParams, role: Role, nonce: String, now: Int64
    ) throws(DeviceProofFailure) -> String {
        guard let key = Self.rawKey(device.publicKey), sha256Hex(key) == device.id else { throw .identityMismatch }
        if abs(now - device.signedAt) > Self.maxSkew { throw .signatureExpired }
        guard let supplied = SharedAuth.supplied(device.nonce) else { throw .nonceMissing }
        if !constantTimeEqual(supplied, nonce) { throw .nonceMismatch }
        let text = DeviceSignedText(
            deviceID: device.id, client: params.client, role: role, scopes: params.scopes, signedAt: device.signedAt,
            auth: params.auth, nonce: supplied)
        // What the library does not take as a key cannot have signed anything.
        guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { throw .publicKeyInvalid }
        guard let signature = Base64.decode(device.signature), signature.count == 64,
            publicKey.isValidSignature(signature, for: Array(text.v3.utf8))
                || publicKey.isValidSignature(signature, for: Array(text.v2.utf8))
        else { throw .signatureInvalid }
        return Base64.encodeURL(key)
    }

    /// The 32 bytes of a key in base64 of either alphabet, or in a PEM block.
    static func rawKey(_ text: String) -> [UInt8]? {
        if text.contains("BEGIN") {
            let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
            // An Ed25519 SubjectPublicKeyInfo is 12 fixed bytes and the key.
            guard let der = Base64.decode(body), der.count == 44, Array(der[..<12]) == spkiPrefix else { return nil }
            return Array(der[12...])
        }
        guard let key = Base64.decode(text), key.count == 32 else { return nil }
        return key
    }

    private static let spkiPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]
}
