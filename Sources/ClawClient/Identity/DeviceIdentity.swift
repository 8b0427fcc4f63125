import ClawSupport
import Crypto

/// The key pair that names this installation to a Gateway.
package struct DeviceIdentity: Sendable {
    /// Lower-case hexadecimal SHA-256 of the raw public key.
    package let deviceID: String
    /// The raw 32 bytes.
    package let publicKey: [UInt8]
    /// Milliseconds since 1970.
    package let createdAt: Int64
    private let key: Curve25519.Signing.PrivateKey

    /// Takes the 32-byte seed of an Ed25519 key; nil when it is not 32 bytes.
    package init?(seed: [UInt8], createdAt: Int64) {
        // Only the length of the seed can be wrong, which nil says.
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
        self.init(key: key, createdAt: createdAt)
    }

    /// A new identity from the system's random source.
    package init(createdAt: Int64) { self.init(key: Curve25519.Signing.PrivateKey(), createdAt: createdAt) }

    private init(key: Curve25519.Signing.PrivateKey, createdAt: Int64) {
        self.key = key
        self.createdAt = createdAt
        publicKey = Array(key.publicKey.rawRepresentation)
        deviceID = sha256Hex(publicKey)
    }

    /// The seed, for the one file that keeps it.
    var seed: [UInt8] { Array(key.rawRepresentation) }

    /// The public key as it travels on the wire: base64url without padding.
    package var wirePublicKey: String { Base64.encodeURL(publicKey) }

    /// The Ed25519 signature of `payload`, base64url without padding.
    package func sign(_ payload: String) throws -> String {
        Base64.encodeURL(Array(try key.signature(for: Array(payload.utf8))))
    }
}
