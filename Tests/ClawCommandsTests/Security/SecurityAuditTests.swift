import ClawClientTesting
import ClawSupport
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct SecurityAuditTests {
    private static let config =
        #"{gateway: {bind: "lan", auth: {token: "x"}}, channels: {irc: {host: "h", nick: "n", groupPolicy: "open"}}}"#

    /// An installation whose files are closed, but for the configuration.
    private static func world(_ config: String) throws -> CommandRun.World {
        let world = try CommandRun.World()
        try world.home.write(config, to: ".openclaw/openclaw.json")
        for (path, mode) in [("", 0o700), ("/openclaw.json", 0o644)] {
            #expect(chmod("\(world.home.path)/.openclaw\(path)", mode_t(mode)) == 0)
        }
        return world
    }

    @Test func findingsAreGroupedAndTellTheFix() async throws {
        let world = try Self.world(Self.config)
        let before = await CommandRun.run("security", "audit", in: world)
        let fixed = await CommandRun.run("security", "audit", "--fix", in: world)
        expectGolden(before.transcript + "\n$ openclaw security audit --fix\n" + fixed.transcript, "security-audit.txt")
    }

    @Test func programsGetReportRepairAndProbe() async throws {
        var world = try Self.world(#"{gateway: {auth: {mode: "none"}}}"#)
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        world.environment["OPENCLAW_GATEWAY_PORT"] = "\(port.number)"
        let plain = try JSONParser.parse(await CommandRun.run("security", "audit", "--json", in: world).output)
        #expect(plain.objectValue?.keys == ["ts", "summary", "findings"])
        let run = await CommandRun.run("security", "audit", "--deep", "--fix", "--json", in: world)
        #expect(run.status == 0)
        let json = try JSONParser.parse(run.output)
        #expect(json.objectValue?.keys == ["fix", "report"])
        #expect(json["fix"]?["ok"] == true)
        #expect(
            json["fix"]?["actions"] == [
                ["kind": "chmod", "path": "$HOME/.openclaw/openclaw.json", "mode": "600", "ok": true]
            ])
        let probe = json["report"]?["deep"]?["gateway"]
        #expect(probe?["attempted"] == true && probe?["ok"] == false && probe?["close"] == .null)
        let failed = json["report"]?["findings"]?.arrayValue?.first { $0["checkId"] == "gateway.probe_failed" }
        #expect(failed?["severity"] == "warn")
        #expect(failed?["detail"] == probe?["error"])
    }

    @Test func aGatewayThatAnswersIsNoFinding() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            let run = await CommandRun.run("security", "audit", "--deep", in: try CommandRun.World(server))
            #expect(run.status == 0)
            #expect(run.output.hasSuffix("The Gateway at ws://127.0.0.1:PORT answered.\n"))
            #expect(!run.output.contains("probe_failed"))
        }
    }
}
