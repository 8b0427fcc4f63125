import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Starts that cannot work end with a sentence, and a broken file does not stop a Gateway that worked before.
@Suite(.serialized, .timeLimit(.minutes(3))) struct StartTests {
    @Test func aBusyPortIsNamed() async throws {
        let first = try GatewayProcess()
        try await first.start()
        let second = try GatewayProcess()
        let run = try await second.command(["gateway", "run", "--port", "\(first.port)"])
        #expect(run.status == .exited(1))
        #expect(run.output.contains("Cannot listen on 127.0.0.1:\(first.port)"), "\(run.output)")
        #expect(run.output.contains("Another Gateway may be running."))
    }

    @Test func aStateDirectoryInUseIsNamed() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let run = try await gateway.command(["gateway", "run"])
        #expect(run.status == .exited(1))
        #expect(run.output.contains("The state directory is in use by process \(gateway.pid ?? 0)"), "\(run.output)")
    }

    @Test func aBrokenFileMeansSafeModeAndIsShown() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        #expect(await gateway.stop() == .exited(0))
        try AtomicFile.write(Array("{ gateway: { mode: \"local\", prt: ".utf8), to: gateway.configurationPath)
        try await gateway.start()
        try await gateway.withClient { client in
            let status = try await client.request("status")
            let reason = status["safeMode"]?["reason"]?.stringValue ?? ""
            #expect(reason.contains("openclaw.json:1:"), "\(status.text)")
        }
        #expect(gateway.output.contains("safe mode"))
    }

    @Test func aBrokenFileWithoutAGoodCopyIsRefusedWithItsPlace() async throws {
        let gateway = try GatewayProcess()
        try AtomicFile.write(Array("{ a: [ }".utf8), to: gateway.configurationPath)
        let run = try await gateway.command(["gateway", "run"])
        #expect(run.status == .exited(1))
        #expect(run.output.contains("openclaw.json:1:8"), "\(run.output)")
        #expect(run.output.contains("openclaw config validate"))
    }
}
