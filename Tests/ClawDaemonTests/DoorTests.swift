import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawDaemon

struct DoorTests {
    private func check(
        _ gateway: String, auth: String = "token: 'a-token-of-the-house-0123456789'", in folder: TemporaryDirectory
    ) throws {
        try folder.write("{gateway: {mode: 'local', auth: {\(auth)}, \(gateway)}}", to: "openclaw.json")
        let options = DaemonOptions(
            stateDirectory: folder.path, configPath: "\(folder.path)/openclaw.json",
            environment: ["HOME": folder.path, "OPENCLAW_STATE_DIR": folder.path])
        let file = try ConfigFile.locate(environment: options.environment, workingDirectory: "/")
        try Boot.check(file.inspect(), options, DaemonEnvironment())
    }

    /// What is checked may be refused, for this or for another reason; then nothing of it is left behind.
    @Test func aCheckMakesNoCertificate() throws {
        let folder = try TemporaryDirectory("door")
        try check("tls: {enabled: true}", in: folder)
        #expect(!AtomicFile.exists("\(folder.path)/gateway"))
        let error = #expect(throws: ClawError.self) {
            try check("tls: {enabled: true, caPath: '/nowhere/ca.pem'}", in: folder)
        }
        #expect(error?.message == "gateway.tls.caPath /nowhere/ca.pem holds no certificate that can be read.")
        #expect(!AtomicFile.exists("\(folder.path)/gateway"))
    }

    /// What a start would refuse is refused by the check.
    @Test func aCheckFindsWhatAStartWould() throws {
        let folder = try TemporaryDirectory("door")
        try folder.write("no certificate", to: "gateway/tls/gateway-cert.pem")
        let alone = #expect(throws: ClawError.self) { try check("tls: {enabled: true}", in: folder) }
        #expect(alone?.message.hasSuffix("is not.") == true, "\(String(describing: alone))")
        try folder.write("no key", to: "gateway/tls/gateway-key.pem")
        let wrong = #expect(throws: ClawError.self) { try check("tls: {enabled: true}", in: folder) }
        #expect(wrong?.message.hasSuffix("cannot be used.") == true, "\(String(describing: wrong))")
        let blocked = try TemporaryDirectory("door")
        try blocked.write("", to: "gateway")
        let error = #expect(throws: ClawError.self) { try check("tls: {enabled: true}", in: blocked) }
        #expect(error?.code == .storage, "\(String(describing: error))")
        let open = #expect(throws: ClawError.self) { try check("bind: 'lan'", auth: "mode: 'none'", in: folder) }
        #expect(open?.message.hasPrefix("gateway.auth.mode none is not allowed") == true, "\(String(describing: open))")
    }
}
