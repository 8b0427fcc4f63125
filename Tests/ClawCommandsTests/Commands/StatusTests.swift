import ClawClientTesting
import ClawSupport
import ClawTestKit
import Testing

struct StatusTests {
    @Test func theReportToPasteHoldsNoSecret() async throws {
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        var world = try CommandRun.World()
        world.environment = [
            "OPENCLAW_GATEWAY_PORT": "\(port.number)",
            "ANTHROPIC_API_KEY": "sk-ant-secret-value", "PWD": world.home.path, "OLDPWD": "/tmp/elsewhere",
        ]
        try world.home.write(
            """
            {
              gateway: { auth: { token: "a-token-nobody-may-see" }, mystery: 1 },
              logging: { file: "~/gateway.log" },
            }
            """, to: ".openclaw/openclaw.json")
        try world.home.write("used a-token-nobody-may-see and sk-ant-secret-value\n", to: "gateway.log")
        let run = await CommandRun.run("status", "--all", in: world)
        #expect(run.status == 1)
        #expect(!run.output.contains("nobody-may-see") && !run.output.contains("secret-value"))
        #expect(run.output.contains("used __OPENCLAW_REDACTED__ and __OPENCLAW_REDACTED__\n"))
        #expect(run.output.contains("State      $HOME/.openclaw\n"))
        #expect(run.output.contains("gateway.mystery: This key is not known"))
        #expect(run.output.contains("gateway.token_too_short"))
        #expect(run.errors.hasPrefix("error: The Gateway at ws://127.0.0.1:PORT cannot be reached"))
    }

    @Test func jsonTellsTheAuditAndWhoWaits() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            let world = try CommandRun.World(server)
            try world.home.write(
                #"{"r": {"requestId": "r", "deviceId": "d", "ts": \#(ScriptedAnswers.now)}}"#,
                to: ".openclaw/devices/pending.json")
            let run = await CommandRun.run("status", "--json", "--usage", in: world)
            let json = try JSONParser.parse(run.output)
            #expect(json["pendingDevices"] == 1)
            #expect(json["securityAudit"]?["summary"]?.objectValue?.keys == ["critical", "warn", "info"])
            #expect(json["usage"]?["totals"]?["totalTokens"] == 1234)
        }
    }
}
