import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// A Gateway that Tailscale shows, from its start to its end, with a program that answers as Tailscale's does.
@Suite(.timeLimit(.minutes(10))) struct TailscaleSystemTests {
    private let tailscale: ScriptedTailscale

    init() throws { tailscale = try ScriptedTailscale() }

    private func configure(_ gateway: GatewayProcess, _ tailscale: JSONValue, _ more: JSONObject = [:]) throws {
        var section: JSONObject = [
            "mode": "local", "port": .int(gateway.port), "tailscale": tailscale,
            "auth": ["mode": "token", "token": .string(GatewayProcess.token)],
        ]
        for (key, value) in more { section[key] = value }
        let configuration: JSONValue = ["gateway": .object(section)]
        try AtomicFile.write(Array(configuration.prettyText.utf8), to: gateway.configurationPath)
    }

    private var environment: [String: String] { ["PATH": tailscale.path] }

    /// Waits until a condition holds that another process brings about.
    private func eventually(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<2400 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(25))
        }
        return condition()
    }

    /// Connects as a device of a person, without a token, through a proxy that adds what Tailscale's adds.
    private func connect(
        _ gateway: GatewayProcess, as login: String, from address: String, _ device: DeviceIdentity
    ) async throws -> String {
        let headers = [
            "Tailscale-User-Login: \(login)", "X-Forwarded-For: \(address)", "X-Forwarded-Proto: https",
            "X-Forwarded-Host: \(ScriptedTailscale.name)",
        ]
        return try await CuttableRoute.run(to: gateway.port, adding: headers) { route in
            var options = GatewayClientOptions(
                endpoint: GatewayEndpoint(localPort: route.port),
                client: ConnectParams.Client(
                    id: "openclaw-macos", version: "1.0.0", platform: "macos", mode: "ui"), scopes: [.read],
                credentials: GatewayCredentials())
            options.identity = device
            options.connectTimeout = .seconds(60)
            do {
                return try await GatewayClient.withConnection(options) { client in
                    "ok \(try await client.request("health")["ok"] == true)"
                }
            } catch let error as GatewayClientError {
                return error.refusalCode ?? "\(error)"
            }
        }
    }

    @Test func s32_serveShowsTheGatewayAndItsUsersComeIn() async throws {
        let gateway = try GatewayProcess()
        try configure(gateway, ["mode": "serve", "resetOnExit": true])
        try tailscale.setOwner("ann@example.com", of: "100.64.0.9")
        try await gateway.start(environment: environment)
        let target = "http://127.0.0.1:\(gateway.port)"
        #expect(try await eventually { gateway.output.contains("shown to the tailnet") }, "\(gateway.output)")
        #expect(
            tailscale.calls == [
                "status --json", "serve status --json", "serve --bg --yes \(target)", "serve status --json",
            ])

        let status = try await gateway.command(["status", "--all"], environment: environment)
        #expect(status.output.contains("serve: https://\(ScriptedTailscale.name)/"), "\(status.output)")
        let short = try await gateway.command(["gateway", "status", "--json"], environment: environment)
        #expect(
            try JSONParser.parse(short.output)["gateway"]?["tailscale"]
                == ["mode": "serve", "url": "https://\(ScriptedTailscale.name)/"], "\(short.output)")

        let device = try DeviceIdentityFile(stateDirectory: "\(gateway.directory.path)/phone", time: SystemTimeSource())
            .loadOrCreate().identity
        #expect(try await connect(gateway, as: "eve@example.com", from: "100.64.0.9", device) == "AUTH_TOKEN_MISSING")
        #expect(try await connect(gateway, as: "ann@example.com", from: "100.64.0.10", device) == "AUTH_TOKEN_MISSING")
        #expect(try await connect(gateway, as: "ann@example.com", from: "100.64.0.9", device) == "PAIRING_REQUIRED")
        let approved = try await gateway.command(["devices", "approve", "--latest"])
        #expect(approved.status == .exited(0), "\(approved.output)")
        #expect(try await connect(gateway, as: "ann@example.com", from: "100.64.0.9", device) == "ok true")
        #expect(tailscale.calls.contains("whois --json 100.64.0.9"))

        #expect(await gateway.stop() == .exited(0))
        #expect(tailscale.calls.last == "serve reset" && tailscale.shown == "{}\n")
    }

    @Test func theGatewayServesItsMachineWhileTailscaleCannot() async throws {
        let gateway = try GatewayProcess()
        try configure(gateway, ["mode": "serve"])
        try tailscale.setState("NeedsLogin")
        try await gateway.start(environment: environment)
        #expect(
            try await eventually {
                gateway.output.contains("This machine is not logged in to Tailscale. Run: sudo tailscale up")
            }, "\(gateway.output)")
        let status = try await gateway.command(["status", "--all"], environment: environment)
        #expect(status.output.contains("serve, but:"), "\(status.output)")
        // Once the person has done so it comes about by itself.
        try tailscale.setState("Running")
        #expect(try await eventually { tailscale.shown.contains(":\(gateway.port)") }, "\(gateway.output)")
        #expect(await gateway.stop() == .exited(0))
        // What was shown stays without resetOnExit, and ends when the mode says so.
        #expect(tailscale.shown.contains(":\(gateway.port)"))
        try configure(gateway, ["mode": "off"])
        try await gateway.start(environment: environment)
        #expect(try await eventually { tailscale.shown == "{}\n" }, "\(gateway.output)")
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func whatOthersShowIsLeftAlone() async throws {
        let gateway = try GatewayProcess()
        let photos = #"{"Web":{"box.tail1234.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"}}}}}"#
        try tailscale.setShown(photos)
        try configure(gateway, ["mode": "serve", "resetOnExit": true])
        try await gateway.start(environment: environment)
        #expect(
            try await eventually {
                gateway.output.contains("Tailscale already shows http://127.0.0.1:3000 under the name of this machine.")
            }, "\(gateway.output)")
        #expect(await gateway.stop() == .exited(0))
        try configure(gateway, ["mode": "off"])
        try await gateway.start(environment: environment)
        #expect(await gateway.stop() == .exited(0))
        #expect(tailscale.shown == photos)

        // Funnel opens a whole port.
        let besides = #"{"Web":{"box.tail1234.ts.net:443":{"Handlers":{"/photos":{"Proxy":"http://127.0.0.1:3000"}}}}}"#
        try tailscale.setShown(besides)
        try configure(
            gateway, ["mode": "funnel"], ["auth": ["mode": "password", "password": "a long enough password"]])
        let process = try ChildProcess(
            GatewayProcess.executable, ["gateway", "run"],
            environment: gateway.environment.merging(environment) { $1 }, directory: gateway.directory.path,
            outputPath: "\(gateway.directory.path)/funnel.out")
        #expect(
            try await eventually {
                process.output.contains("Funnel would open to the internet what Tailscale shows at /photos, too.")
            }, "\(process.output)")
        #expect(await process.terminate() == .exited(0))
        #expect(tailscale.shown == besides)
    }

    /// S29: what others reach through Tailscale needs a secret, whatever says so.
    @Test func s29_tailscaleIsNoWayPastTheSecret() async throws {
        let gateway = try GatewayProcess()
        let cases: [([String], JSONObject, String)] = [
            (["--tailscale", "funnel"], [:], "which takes a password"),
            (["--tailscale", "serve", "--auth", "none"], [:], "mode none would let in everybody there"),
            (
                ["--tailscale", "serve", "--bind", "lan"], ["controlUi": ["enabled": false]],
                "gateway.bind lan serves other machines past Tailscale"
            ),
        ]
        for (options, more, words) in cases {
            try configure(gateway, ["mode": "off"], more)
            let run = try await gateway.command(["gateway", "run"] + options, environment: environment)
            #expect(run.status == .exited(1) && run.output.contains(words), "\(run.output)")
        }
        // One that has no good copy of an earlier file.
        let other = try GatewayProcess()
        try configure(other, ["mode": "funnel"])
        let run = try await other.command(["gateway", "run"], environment: environment)
        #expect(run.status == .exited(1) && run.output.contains("which takes a password"), "\(run.output)")
        #expect(tailscale.calls == [])
    }
}
