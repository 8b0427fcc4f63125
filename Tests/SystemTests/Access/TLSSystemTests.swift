import ClawClient
import ClawClientTesting
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// A Gateway whose port speaks TLS.
@Suite(.timeLimit(.minutes(10))) struct TLSSystemTests {
    private func gateway(key: String) throws -> GatewayProcess {
        let gateway = try GatewayProcess()
        let (certificate, secret) = ("\(gateway.directory.path)/cert.pem", "\(gateway.directory.path)/key.pem")
        try AtomicFile.write(Array(TestCertificate.certificatePEM.utf8), to: certificate)
        try AtomicFile.write(Array(key.utf8), to: secret)
        try configure(gateway, tls: ["enabled": true, "certPath": .string(certificate), "keyPath": .string(secret)])
        return gateway
    }

    private func configure(_ gateway: GatewayProcess, tls: JSONValue) throws {
        let configuration: JSONValue = [
            "gateway": [
                "mode": "local", "port": .int(gateway.port),
                "auth": ["mode": "token", "token": .string(GatewayProcess.token)],
                "tls": tls,
            ]
        ]
        try AtomicFile.write(Array(configuration.prettyText.utf8), to: gateway.configurationPath)
    }

    /// Starts it and returns when the command line, which gets no options, comes in.
    private func start(_ gateway: GatewayProcess) async throws -> ChildProcess {
        let process = try ChildProcess(
            GatewayProcess.executable, ["gateway", "run"], environment: gateway.environment,
            directory: gateway.directory.path, outputPath: "\(gateway.directory.path)/tls.out")
        var health = try await gateway.command(["health"])
        for _ in 0..<100 where health.status != .exited(0) && process.isRunning {
            try await Task.sleep(for: .milliseconds(50))
            health = try await gateway.command(["health"])
        }
        #expect(health.status == .exited(0), "\(health.output) \(process.output)")
        return process
    }

    /// The status that `curl` sees; 000 when there was no answer.
    private func status(
        _ url: String, _ gateway: GatewayProcess, trust: [String] = ["-k"]
    ) async throws -> String {
        let curl = try ChildProcess(
            "/usr/bin/curl", trust + ["-s", "-o", "/dev/null", "-w", "%{http_code}", url],
            environment: gateway.environment, directory: gateway.directory.path,
            outputPath: "\(gateway.directory.path)/curl-\(UUID().uuidString).out")
        _ = try await curl.waitForExit()
        return curl.output
    }

    private func connect(_ gateway: GatewayProcess, pin: String?) async throws -> JSONValue {
        let endpoint = try GatewayEndpoint(url: "wss://127.0.0.1:\(gateway.port)", fingerprint: pin)
        let options = GatewayClientOptions(
            endpoint: endpoint,
            client: ConnectParams.Client(id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend"),
            scopes: [.read], credentials: GatewayCredentials(token: Redacted(GatewayProcess.token)))
        return try await GatewayClient.withConnection(options) { try await $0.request("health") }
    }

    @Test func thePortSpeaksTLSAndNothingElse() async throws {
        let gateway = try gateway(key: TestCertificate.keyPEM)
        // The command line pins the certificate that the configuration names.
        let process = try await start(gateway)
        #expect(try await connect(gateway, pin: TestCertificate.fingerprint)["ok"] == true)
        for pin in [String(repeating: "0", count: 64), nil] {
            await #expect(throws: GatewayClientError.self) { try await connect(gateway, pin: pin) }
        }
        #expect(try await status("https://127.0.0.1:\(gateway.port)/health", gateway) == "200")
        #expect(try await status("https://127.0.0.1:\(gateway.port)/tools/invoke", gateway) == "405")
        #expect(try await status("http://127.0.0.1:\(gateway.port)/health", gateway) == "000")
        #expect(await process.terminate() == .exited(0))
    }

    @Test func theGatewayMakesItsCertificateAndKeepsIt() async throws {
        let gateway = try GatewayProcess()
        try configure(gateway, tls: ["enabled": true])
        let process = try await start(gateway)
        let certificate = "\(gateway.stateDirectory)/gateway/tls/gateway-cert.pem"
        #expect(AtomicFile.mode(of: "\(gateway.stateDirectory)/gateway/tls/gateway-key.pem") == 0o600)
        let found = try await gateway.command(["gateway", "status", "--json"])
        let status = try JSONParser.parse(found.output)
        let fingerprint = try #require(status["gateway"]?["tlsFingerprint"]?.stringValue, "\(found.output)")
        #expect(status["rpc"]?["ok"] == true, "\(found.output)")
        // As clients elsewhere pin it.
        #expect(try await connect(gateway, pin: fingerprint)["ok"] == true)
        await #expect(throws: GatewayClientError.self) { try await connect(gateway, pin: TestCertificate.fingerprint) }
        for name in ["localhost", "127.0.0.1"] {
            let url = "https://\(name):\(gateway.port)/health"
            #expect(try await self.status(url, gateway, trust: ["--cacert", certificate]) == "200", "\(name)")
            #expect(try await self.status(url, gateway, trust: []) == "000", "\(name)")
        }
        // Its own address, also when somebody writes it out.
        let there = "wss://127.0.0.1:\(gateway.port)"
        let named = try await gateway.command(["health", "--url", there, "--token", GatewayProcess.token])
        #expect(named.status == .exited(0), "\(named.output)")
        let stranger = try await gateway.command(
            ["health"],
            environment: [
                "OPENCLAW_GATEWAY_URL": there, "OPENCLAW_STATE_DIR": "\(gateway.directory.path)/elsewhere",
                "OPENCLAW_GATEWAY_TOKEN": GatewayProcess.token,
            ])
        #expect(
            stranger.output.contains(
                """
                cannot be reached: its certificate is not trusted here, or it does not speak TLS.
                `openclaw gateway status` on its machine shows the fingerprint, which belongs into gateway.remote.tlsFingerprint.
                """), "\(stranger.output)")
        let link = try await gateway.command(["dashboard", "--no-open"])
        #expect(link.output.contains("https://127.0.0.1:\(gateway.port)/"), "\(link.output)")
        #expect(link.output.contains("Certificate: \(fingerprint)"), "\(link.output)")
        let code = try await gateway.command(["qr", "--no-ascii"])
        #expect(code.output.contains("Certificate: \(fingerprint)"), "\(code.output)")
        #expect(await process.terminate() == .exited(0))
        #expect(process.output.contains("https://127.0.0.1:\(gateway.port)/"), "\(process.output)")

        let again = try await start(gateway)
        #expect(try await connect(gateway, pin: fingerprint)["ok"] == true)
        #expect(await again.terminate() == .exited(0))
    }

    /// A whole and valid key, but that of another certificate; and a text that is no key at all.
    @Test(arguments: [TestCertificate.foreignKeyPEM, TestCertificate.certificatePEM])
    func aCertificateWithAnotherKeyIsRefusedAtTheStart(_ key: String) async throws {
        let gateway = try gateway(key: key)
        let run = try await gateway.command(["gateway", "run"])
        #expect(run.status == .exited(1))
        let path = gateway.directory.path
        #expect(
            run.output.contains("The certificate \(path)/cert.pem and the key \(path)/key.pem cannot be used."),
            "\(run.output)")
        #expect(run.output.contains("the key must be that of the certificate"), "\(run.output)")
    }
}
