import ClawSupport

/// Ed25519 keys in PEM: SPKI for the public one, PKCS#8 for the private one (RFC 8410).
///
/// Both are a fixed DER prefix before the 32 raw bytes, so no ASN.1 reader is needed; a key of another kind does not have
/// the prefix and is refused.
package enum DeviceKeyText {
    private static let publicPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let keyLength = 32

    package static func publicPEM(_ raw: [UInt8]) -> String { pem(publicPrefix + raw, label: "PUBLIC KEY") }

    package static func privatePEM(_ seed: [UInt8]) -> String { pem(privatePrefix + seed, label: "PRIVATE KEY") }

    /// The raw public key of an SPKI block; nil when it is no Ed25519 key.
    package static func publicKey(pem text: String) -> [UInt8]? {
        key(in: text, label: "PUBLIC KEY", prefix: publicPrefix)
    }

    /// The seed of a PKCS#8 block; nil when it is no Ed25519 key.
    package static func privateKey(pem text: String) -> [UInt8]? {
        key(in: text, label: "PRIVATE KEY", prefix: privatePrefix)
    }

    private static func pem(_ der: [UInt8], label: String) -> String {
        var text = "-----BEGIN \(label)-----\n"
        var rest = Base64.encode(der)[...]
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }

    private static func key(in text: String, label: String, prefix: [UInt8]) -> [UInt8]? {
        let lines = text.split(whereSeparator: { $0.isWhitespace && $0 != " " })
        guard lines.count >= 3, lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let der = Base64.decode(lines.dropFirst().dropLast().joined()), der.starts(with: prefix)
        else { return nil }
        // PKCS#8 version 2 appends the public key; its outer length byte differs, so it has no such prefix.
        let raw = Array(der.dropFirst(prefix.count))
        return raw.count == keyLength ? raw : nil
    }
}
