import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Starts that cannot work end with a sentence, and a broken file does not stop a Gateway that worked before.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StartTests {
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

    @Test func forceTakesThePlaceOfTheGatewayThatRuns() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let second = try ChildProcess(
            GatewayProcess.executable, ["gateway", "run", "--force"], environment: gateway.environment,
            directory: gateway.directory.path, outputPath: "\(gateway.directory.path)/second.out")
        #expect(try await gateway.waitForExit() == .exited(0))
        _ = try await second.waitForLine(containing: "The Gateway listens on")
        let health = try await gateway.withClient { try await $0.request("health") }
        #expect(health["ok"] == true)
        #expect(second.output.contains("Stopping the Gateway with process id \(gateway.pid ?? 0).\n"))
        #expect(await second.terminate(grace: .seconds(20)) == .exited(0))
    }

    @Test func forceLeavesOtherProgramsAlone() async throws {
        let other = try BoundPort()
        try other.listen()
        let gateway = try GatewayProcess()
        let run = try await gateway.command(["gateway", "run", "--force", "--port", "\(other.number)"])
        #expect(run.status == .exited(1))
        #expect(
            run.output.contains("Port \(other.number) is used by something else than a Gateway of yours:"),
            "\(run.output)")
        withExtendedLifetime(other) {}
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
        // The command may only read, and a Gateway tells reasons to administrators alone.
        let shown = try await gateway.command(["status"])
        #expect(shown.output.contains("Safe mode") && shown.output.contains("openclaw.json:1:"), "\(shown.output)")
    }

    @Test func aFileThatBreaksMeanwhileIsShownWithItsPlace() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try AtomicFile.write(Array("{ gateway: { mode: \"local\", prt: ".utf8), to: gateway.configurationPath)
        var shown = ""
        while !shown.contains("Not applied") { shown = try await gateway.command(["status"]).output }
        #expect(shown.contains("openclaw.json:1:") && !shown.contains("Safe mode"), "\(shown)")
        let json = try JSONParser.parse(try await gateway.command(["status", "--json"]).output)
        #expect(json["rejectedConfiguration"]?["reason"]?.stringValue?.contains("openclaw.json:1:") == true)
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
