import ClawClient
import ClawCore
import ClawDaemon
import ClawGateway
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Which addresses a whole Gateway serves.
@Suite(.timeLimit(.minutes(10))) struct BindSystemTests {
    private static let page: JSONValue = ["allowedOrigins": ["http://claw.test:18789"]]

    private func environment(_ interfaces: (String, String)...) throws -> DaemonEnvironment {
        let found = try interfaces.map { HostInterface(name: $0.0, address: try #require(IPAddress($0.1))) }
        var environment = DaemonEnvironment()
        environment.interfaces = { found }
        return environment
    }

    /// An address by which other machines could know this one; nil where there is none.
    private static let ownAddress: String? = (try? HostFacts.interfaces())?.first {
        $0.address.bytes.count == 4 && !$0.address.isLoopback
    }?.address.description

    @Test func withoutATailnetTheMachineItselfIsServed() async throws {
        try await InProcessGateway.run(
            ["gateway": ["bind": "tailnet"]], environment: try environment(("eth0", "100.70.0.1"))
        ) { gateway in
            let health = try await gateway.withClient { client in try await client.request("health") }
            #expect(health["ok"] == true)
        }
    }

    @Test func theAddressOfTheTailnetIsServed() async throws {
        let environment = try environment(("eth0", "192.0.2.1"), ("tailscale0", "100.64.0.7"))
        // It is none of this machine, and what the system says about that shows that it was asked for.
        let fault = await #expect(throws: ClawError.self) {
            try await InProcessGateway.run(
                ["gateway": ["bind": "tailnet", "controlUi": Self.page]], environment: environment
            ) { _ in #expect(Bool(false), "it listens") }
        }
        #expect(fault?.message.hasPrefix("Cannot listen on 100.64.0.7:") == true, "\(String(describing: fault))")
    }

    /// S29: the tailnet is others, too.
    @Test func s29_theTailnetNeedsASecret() async throws {
        let environment = try environment(("tailscale0", "100.64.0.7"))
        let fault = await #expect(throws: ClawError.self) {
            try await InProcessGateway.run(
                ["gateway": ["bind": "tailnet", "auth": ["mode": "none"], "controlUi": Self.page]],
                environment: environment
            ) { _ in #expect(Bool(false), "it listens") }
        }
        #expect(
            fault?.description.contains("gateway.bind tailnet serves other machines too") == true,
            "\(String(describing: fault))")
    }

    @Test(.enabled(if: ownAddress != nil)) func whoServesOneAddressServesItsOwnMachine() async throws {
        let own = try #require(Self.ownAddress)
        let gateway = try GatewayProcess()
        let configuration: JSONValue = [
            "gateway": [
                "mode": "local", "port": .int(gateway.port), "bind": "custom", "customBindHost": .string(own),
                "auth": ["mode": "token", "token": .string(GatewayProcess.token)], "controlUi": Self.page,
            ]
        ]
        try AtomicFile.write(Array(configuration.prettyText.utf8), to: gateway.configurationPath)
        try await gateway.start()
        let health = try await gateway.command(["health"])
        #expect(health.status == .exited(0), "\(health.output)")
        let curl = try ChildProcess(
            "/usr/bin/curl", ["-s", "http://\(own):\(gateway.port)/healthz"], environment: gateway.environment,
            directory: gateway.directory.path, outputPath: "\(gateway.directory.path)/curl.out")
        _ = try await curl.waitForExit()
        #expect(try JSONParser.parse(curl.output)["ok"] == true, "\(curl.output)")
        #expect(await gateway.stop() == .exited(0))
    }
}
