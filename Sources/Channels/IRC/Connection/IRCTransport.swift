import ClawCore
import ClawSupport
import NIOCore
import NIOPosix
import NIOSSL

/// Opens the byte stream to the server.
struct IRCTransport: Sendable {
    typealias Stream = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static let connectTimeout = TimeAmount.seconds(15)

    let host: String
    let port: Int
    private let tls: IRCTLS?
    private let context: NIOSSLContext?

    /// Reads certificates; throws `ClawError` when one of the files is unusable.
    init(_ settings: IRCSettings) throws(ClawError) {
        host = settings.host
        port = settings.port
        tls = settings.tls
        do { context = try settings.tls.map { try NIOSSLContext(configuration: Self.configuration($0)) } } catch {
            throw ClawError(
                .configInvalid, "The TLS settings of IRC cannot be used: \(error)",
                hint: "Check tlsCaFile, tlsCertFile and tlsKeyFile under channels.irc.", cause: error)
        }
    }

    /// Connects, with TLS when the settings have it. The certificate is verified before any line is written.
    /// - Parameter timeout: how long finding and reaching the server may take.
    func connect(timeout: TimeAmount = connectTimeout) async throws -> Stream {
        let tls = tls
        let context = context
        let host = host
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(timeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls, let context {
                        try channel.pipeline.syncOperations.addHandler(Self.handler(tls, context, host: host))
                    }
                    return try Stream(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static func configuration(_ tls: IRCTLS) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = tls.caFile { configuration.trustRoots = .file(file) }
        if tls.fingerprint != nil {
            // The certificate is the pinned one or is refused, whatever name it bears.
            configuration.certificateVerification = .noHostnameVerification
        } else if tls.dangerouslyAllowInvalidCertificates {
            configuration.certificateVerification = .none
        }
        if let certificate = tls.certificateFile, let key = tls.keyFile {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return configuration
    }

    private static func handler(_ tls: IRCTLS, _ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
        // An address is no server name; the certificate is then checked against the address itself.
        let name = isAddress(host) ? nil : host
        guard let pin = tls.fingerprint else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        return try NIOSSLClientHandler(
            context: context, serverHostname: name,
            customVerificationCallback: { certificates, promise in
                do {
                    let matches = try certificates.first.map { sha256Hex(try $0.toDERBytes()) == pin } ?? false
                    promise.succeed(matches ? .certificateVerified : .failed)
                } catch {
                    promise.fail(error)
                }
            })
    }

    private static func isAddress(_ host: String) -> Bool {
        do {
            _ = try SocketAddress(ipAddress: host, port: 0)
            return true
        } catch {
            return false
        }
    }
}
