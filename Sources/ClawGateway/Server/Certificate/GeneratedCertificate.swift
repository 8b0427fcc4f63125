package import ClawCore
package import ClawSupport
import Crypto
import NIOSSL

/// The certificate that the Gateway makes for itself and keeps, with its key. Whoever connects trusts it by its fingerprint, so
/// it stays the same for as long as it can.
package struct GeneratedCertificate: Sendable {
    /// Apple's systems refuse certificates that hold longer, even those that a person trusts.
    package static let lifetimeDays: Int64 = 825
    /// A start in the last days of a certificate makes the next one, so that a Gateway that runs long does not outlive its own.
    package static let renewalDays: Int64 = 30

    /// What came of making sure that there is one.
    package enum Outcome: Sendable, Hashable {
        case kept
        case made
        /// The one before lies at this path.
        case renewed(previous: String)
        /// It ends soon or has ended, and somebody else made it, so that nobody but that person can renew it.
        case ending
    }

    package let certificatePath: String
    package let keyPath: String
    /// DNS names and addresses that a new certificate holds for.
    private let hosts: [String]
    private let addresses: [IPAddress]

    package init(certificatePath: String, keyPath: String, hosts: [String], addresses: [IPAddress]) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.hosts = hosts
        self.addresses = addresses
    }

    /// What lies there.
    private enum Found {
        case both(certificate: [UInt8], key: [UInt8])
        /// The Gateway that made it ended before the certificate was written.
        case key(P256.Signing.PrivateKey)
        case nothing
    }

    /// Makes what is missing and renews what ends soon. Nothing is written over: a certificate that was renewed lies beside the
    /// new one, and a key is used again. Throws `ClawError` when what is there cannot be used.
    package func prepare(time: any TimeSource, entropy: any Entropy) throws(ClawError) -> Outcome {
        try inWords {
            let now = time.nowMilliseconds
            switch try find() {
            case .both(let certificate, let key): return try renewed(certificate, key, now, entropy)
            case .key(let key):
                try write(key, now, entropy)
                return .made
            case .nothing:
                if let folder { try AtomicFile.makeDirectory(folder) }
                let key = P256.Signing.PrivateKey()
                try AtomicFile.write(Array("\(key.pemRepresentation)\n".utf8), to: keyPath)
                try write(key, now, entropy)
                return .made
            }
        }
    }

    /// Whether both are there, to be served; when they are not, `prepare` can make what is missing. Writes nothing. Throws
    /// `ClawError` when it could not.
    package func check() throws(ClawError) -> Bool {
        try inWords {
            switch try find() {
            case .both: return true
            case .key: return false
            case .nothing:
                if let folder { try AtomicFile.checkWritable(folder) }
                return false
            }
        }
    }

    private var folder: String? { keyPath.lastIndex(of: "/").map { String(keyPath[..<$0]) } }

    private func find() throws -> Found {
        let certificate = try AtomicFile.read(certificatePath, limit: 1 << 20)
        switch (certificate, try AtomicFile.read(keyPath, limit: 1 << 20)) {
        case (let certificate?, let key?): return .both(certificate: certificate, key: key)
        case (_?, nil):
            throw ClawError(
                .configInvalid, "\(certificatePath) is there, and its key \(keyPath) is not.",
                hint: "Put the key back, or move the certificate away: the Gateway then makes both anew.")
        case (nil, let key?): return .key(try signingKey(key))
        case (nil, nil): return .nothing
        }
    }

    private func inWords<Value>(_ work: () throws -> Value) throws(ClawError) -> Value {
        do {
            return try work()
        } catch let error as ClawError {
            throw error
        } catch let error as FileError {
            throw ClawError(
                .storage, "The certificate of the Gateway cannot be read or made. \(error)",
                hint: "Give the user of the Gateway access to it.", cause: error)
        } catch {
            throw ClawError(.internalFault, "The certificate of the Gateway cannot be made: \(error).", cause: error)
        }
    }

    private func renewed(
        _ certificate: [UInt8], _ key: [UInt8], _ now: Int64, _ entropy: any Entropy
    ) throws -> Outcome {
        // Whoever serves it says what is wrong with it.
        guard let parsed = try? NIOSSLCertificate.fromPEMBytes(certificate).first, let der = try? parsed.toDERBytes()
        else { return .kept }
        let rest = Int64(parsed.notValidAfter) * 1000 - now
        if rest > Self.renewalDays * 86_400_000 { return .kept }
        // A key of another kind is not one that this Gateway makes.
        guard SelfSignedCertificate.isOurs(der), let signing = try? signingKey(key) else { return .ending }
        let previous = "\(certificatePath).\(sha256Hex(der).prefix(16))"
        try AtomicFile.write(certificate, to: previous)
        try write(signing, now, entropy)
        return .renewed(previous: previous)
    }

    private func write(_ key: P256.Signing.PrivateKey, _ now: Int64, _ entropy: any Entropy) throws {
        let day: Int64 = 86_400_000
        let certificate = SelfSignedCertificate(
            hosts: hosts, addresses: addresses,
            // Clocks differ.
            notBefore: now - day, notAfter: now + (Self.lifetimeDays - 1) * day, serial: entropy.bytes(16))
        let text = PEMText.certificate(try certificate.signed(by: key))
        try AtomicFile.write(Array(text.utf8), to: certificatePath)
    }

    private func signingKey(_ bytes: [UInt8]) throws(ClawError) -> P256.Signing.PrivateKey {
        do {
            return try P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw ClawError(
                .configInvalid, "\(keyPath) holds no key that the Gateway made.",
                hint: "Move it away: the Gateway then makes a new one.", cause: error)
        }
    }
}

/// The text form of certificates (RFC 7468).
enum PEMText {
    static func certificate(_ der: [UInt8]) -> String {
        var text = "-----BEGIN CERTIFICATE-----\n"
        var rest = Substring(Base64.encode(der))
        while !rest.isEmpty {
            text += "\(rest.prefix(64))\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END CERTIFICATE-----\n"
    }
}
