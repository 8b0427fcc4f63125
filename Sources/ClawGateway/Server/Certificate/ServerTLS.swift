package import ClawCore
import ClawSupport
import NIOCore
import NIOSSL

/// The certificate with which the port speaks TLS, and nothing else.
package struct ServerTLS: Sendable {
    /// SHA-256 of the certificate in lower-case hexadecimal, as clients pin it.
    package let fingerprint: String
    private let context: NIOSSLContext

    /// Reads the certificate with its chain, the key, and what stands between the chain and the authority that clients know, all
    /// as PEM. Throws `ClawError` when they cannot be read or do not belong together.
    package init(certificatePath: String, keyPath: String, chainPath: String? = nil) throws(ClawError) {
        let rest = try chainPath.map { path throws(ClawError) in try Self.certificates(path) } ?? []
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: (chain + rest).map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: configuration)
            fingerprint = try chain.first.map { sha256Hex(try $0.toDERBytes()) } ?? ""
        } catch {
            throw ClawError(
                .configInvalid, "The certificate \(certificatePath) and the key \(keyPath) cannot be used.",
                hint: "Both must be PEM files that the Gateway may read, and the key must be that of the certificate.",
                cause: error)
        }
    }

    /// Throws when `chainPath` cannot be used with a certificate that is yet to be made.
    package static func checkChain(_ path: String) throws(ClawError) { _ = try certificates(path) }

    private static func certificates(_ path: String) throws(ClawError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw ClawError(
                .configInvalid, "gateway.tls.caPath \(path) holds no certificate that can be read.",
                hint: "It must be a PEM file that the Gateway may read.", cause: error)
        }
    }

    /// Must come before everything else of the pipeline.
    func add(to channel: any NIOCore.Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }
}
