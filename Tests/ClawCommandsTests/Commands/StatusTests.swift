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
            #expect(json["usage"]?["totals"]?["totalTokens"] == 1_297_050)
        }
    }

    @Test func theServiceIsTold() async throws {
        let systemd = try ScriptedSystemd()
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            var world = try CommandRun.World(server)
            world.environment["PATH"] = "\(systemd.folder.path):/usr/bin:/bin"
            world.environment["XDG_CONFIG_HOME"] = "\(world.home.path)/.config"
            try world.home.write("{ gateway: { mode: 'local' } }", to: ".openclaw/openclaw.json")
            let without = await CommandRun.run("status", in: world)
            #expect(without.output.contains("Service    not installed (`openclaw gateway install`)\n"))
            // Only a service that is there is asked about.
            #expect(try systemd.takeCalls() == [])
            #expect(await CommandRun.run("gateway", "install", in: world).status == 0)
            let with = await CommandRun.run("status", in: world)
            #expect(with.output.contains("Service    systemd (enabled, running, pid 4711)\n"))
            let json = try JSONParser.parse(await CommandRun.run("status", "--json", in: world).output)
            #expect(
                json["gatewayService"] == [
                    "label": "systemd", "installed": true, "loaded": true,
                    "runtime": [
                        "status": "running", "state": "active", "subState": "running", "pid": 4711, "lastExitStatus": 0,
                    ], "path": "$HOME/.config/systemd/user/openclaw-gateway.service",
                ])
        }
    }
}
