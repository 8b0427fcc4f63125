import ClawSupport

/// The certificate of the Gateway on this machine.
enum CertificateFile {
    /// SHA-256 of the first certificate of a PEM file, as clients pin it; nil when there is none to read.
    static func fingerprint(_ path: String) -> String? {
        // Without it the connection fails for its certificate, and that is what the person is told.
        guard let bytes = try? AtomicFile.read(path, limit: 1 << 20) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "-----BEGIN CERTIFICATE-----", maxSplits: 1)
        guard let body = parts.last?.split(separator: "-----END CERTIFICATE-----").first else { return nil }
        return Base64.decode(String(body.filter { !$0.isWhitespace })).map(sha256Hex)
    }
}
