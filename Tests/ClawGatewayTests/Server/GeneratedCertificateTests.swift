import ClawClientTesting
import ClawCore
import ClawGateway
import ClawSupport
import ClawTestKit
import Crypto
import NIOSSL
import Testing

/// The life of the certificate that a Gateway makes for itself.
struct GeneratedCertificateTests {
    private let directory: TemporaryDirectory
    private let time = ManualTimeSource()
    private let entropy = SequentialEntropy()
    private let certificate: GeneratedCertificate

    init() throws {
        directory = try TemporaryDirectory("certificate")
        certificate = GeneratedCertificate(
            certificatePath: "\(directory.path)/tls/cert.pem", keyPath: "\(directory.path)/tls/key.pem",
            hosts: ["localhost", "claw"], addresses: [IPAddress("127.0.0.1"), IPAddress("::1")].compactMap(\.self))
    }

    private func prepare() throws(ClawError) -> GeneratedCertificate.Outcome {
        try certificate.prepare(time: time, entropy: entropy)
    }

    private func fingerprint() throws -> String {
        try ServerTLS(certificatePath: certificate.certificatePath, keyPath: certificate.keyPath).fingerprint
    }

    private var texts: [String?] { [directory.read("tls/cert.pem"), directory.read("tls/key.pem")] }

    @Test func itIsMadeOnceAndKept() throws {
        #expect(try prepare() == .made)
        #expect(AtomicFile.mode(of: certificate.certificatePath) == 0o600)
        #expect(AtomicFile.mode(of: certificate.keyPath) == 0o600)
        #expect(AtomicFile.mode(of: "\(directory.path)/tls") == 0o700)
        let made = texts
        let parsed = try #require(try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).first)
        #expect(parsed.description.contains("openclaw-gateway"))
        #expect(Int64(parsed.notValidBefore) * 1000 == time.nowMilliseconds - 86_400_000)
        #expect(Int64(parsed.notValidAfter) * 1000 == time.nowMilliseconds + 824 * 86_400_000)
        #expect(try fingerprint() == sha256Hex(try parsed.toDERBytes()))
        time.advance(by: .seconds(793 * 86_400))
        #expect(try prepare() == .kept)
        #expect(texts == made)
    }

    @Test func checkingMakesNothing() throws {
        #expect(try certificate.check() == false)
        #expect(!AtomicFile.exists("\(directory.path)/tls"))
        #expect(try prepare() == .made)
        let made = texts
        #expect(try certificate.check())
        time.advance(by: .seconds(795 * 86_400))
        #expect(try certificate.check() && texts == made)
        try AtomicFile.remove(certificate.certificatePath)
        #expect(try certificate.check() == false)
        #expect(directory.read("tls/cert.pem") == nil)
        try AtomicFile.remove(certificate.keyPath)
        try directory.write("no directory", to: "file")
        let blocked = GeneratedCertificate(
            certificatePath: "\(directory.path)/file/tls/cert.pem", keyPath: "\(directory.path)/file/tls/key.pem",
            hosts: [], addresses: [])
        #expect(throws: ClawError.self) { try blocked.check() }
    }

    @Test func oneThatEndsSoonIsRenewedAndTheOldOneStays() throws {
        #expect(try prepare() == .made)
        let (before, old) = (texts, try fingerprint())
        time.advance(by: .seconds(795 * 86_400))
        let previous = "\(certificate.certificatePath).\(old.prefix(16))"
        #expect(try prepare() == .renewed(previous: previous))
        #expect(try AtomicFile.read(previous).map { String(decoding: $0, as: UTF8.self) } == before[0])
        #expect(texts[0] != before[0] && texts[1] == before[1])
        #expect(try fingerprint() != old)
        #expect(try prepare() == .kept)
        // Years from 2050 on are written in another form.
        time.advance(by: .seconds(30 * 365 * 86_400))
        guard case .renewed = try prepare() else { return #expect(Bool(false), "it was not renewed") }
        #expect(try prepare() == .kept)
    }

    @Test func aKeyWithoutItsCertificateIsUsedAgain() throws {
        #expect(try prepare() == .made)
        let before = texts
        try AtomicFile.remove(certificate.certificatePath)
        #expect(try prepare() == .made)
        #expect(texts[0] != nil && texts[1] == before[1])
        _ = try fingerprint()
    }

    @Test func whatOthersMadeIsNeverWrittenOver() throws {
        try directory.write(TestCertificate.certificatePEM, to: "tls/cert.pem")
        let alone = #expect(throws: ClawError.self) { try prepare() }
        #expect(
            alone?.description
                == "\(certificate.certificatePath) is there, and its key \(certificate.keyPath) is not. Put the key back, or move "
                + "the certificate away: the Gateway then makes both anew.")
        #expect(texts == [TestCertificate.certificatePEM, nil])

        try directory.write(TestCertificate.keyPEM, to: "tls/key.pem")
        #expect(try prepare() == .kept)
        #expect(try fingerprint() == TestCertificate.fingerprint)
        time.advance(by: .seconds(101 * 365 * 86_400))
        #expect(try prepare() == .ending)
        #expect(texts == [TestCertificate.certificatePEM, TestCertificate.keyPEM])

        try directory.write("half a ke", to: "tls/key.pem")
        try AtomicFile.remove(certificate.certificatePath)
        let torn = #expect(throws: ClawError.self) { try prepare() }
        #expect(
            torn?.description
                == "\(certificate.keyPath) holds no key that the Gateway made. Move it away: the Gateway then makes a new one."
        )
        #expect(texts == [nil, "half a ke"])
    }

    @Test func filesThatCannotBeReadAreNamed() throws {
        try directory.write("", to: "tls/cert.pem/in-the-way")
        let fault = #expect(throws: ClawError.self) { try prepare() }
        #expect(fault?.code == .storage)
        #expect(
            fault?.description
                == "The certificate of the Gateway cannot be read or made. Cannot read \(certificate.certificatePath): Is a "
                + "directory. Give the user of the Gateway access to it.")
        #expect(directory.read("tls/key.pem") == nil)
    }

    @Test func aPairThatDoesNotFitIsRefused() throws {
        #expect(try prepare() == .made)
        let other = P256.Signing.PrivateKey()
        try directory.write(other.pemRepresentation, to: "tls/key.pem")
        let fault = #expect(throws: ClawError.self) { try fingerprint() }
        #expect(
            fault?.message
                == "The certificate \(certificate.certificatePath) and the key \(certificate.keyPath) cannot be used.")
        try directory.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: "chain.pem")
        let chain = #expect(throws: ClawError.self) {
            _ = try ServerTLS(
                certificatePath: certificate.certificatePath, keyPath: certificate.keyPath,
                chainPath: "\(directory.path)/chain.pem")
        }
        #expect(
            chain?.message == "gateway.tls.caPath \(directory.path)/chain.pem holds no certificate that can be read.")
    }
}
