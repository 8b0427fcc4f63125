package import ClawCore
import NIOCore
import NIOSSL

/// The certificate with which the port speaks TLS, and nothing else.
package struct ServerTLS: Sendable {
    private let context: NIOSSLContext

    /// Reads the certificate with its chain, and the key, both as PEM. Throws `ClawError` when they cannot be read or do not
    /// belong together.
    package init(certificatePath: String, keyPath: String) throws(ClawError) {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ClawError(
                .configInvalid,
                "The certificate of gateway.tls.certPath and the key of gateway.tls.keyPath cannot be used.",
                hint: "Both must be PEM files that the Gateway may read, and the key must be that of the certificate.",
                cause: error)
        }
    }

    /// Must come before everything else of the pipeline.
    func add(to channel: any NIOCore.Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }
}
