import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// The mode `trusted-proxy` of a whole Gateway, and what becomes of the command line of its machine.
@Suite(.timeLimit(.minutes(10))) struct TrustedProxySystemTests {
    private func write(_ trust: JSONObject, proxies: JSONValue, _ gateway: GatewayProcess) throws {
        let configuration: JSONValue = [
            "gateway": [
                "mode": "local", "port": .int(gateway.port), "trustedProxies": proxies,
                // What was there before the mode was changed.
                "auth": [
                    "mode": "trusted-proxy", "token": .string(GatewayProcess.token), "trustedProxy": .object(trust),
                ],
                "http": ["endpoints": ["chatCompletions": ["enabled": true]]],
            ]
        ]
        try AtomicFile.write(Array(configuration.prettyText.utf8), to: gateway.configurationPath)
    }

    /// The status of `GET /v1/models` with these headers.
    private func models(_ gateway: GatewayProcess, _ headers: [String]) async throws -> String {
        let path = "\(gateway.directory.path)/curl-\(UUID().uuidString).out"
        let arguments =
            ["-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(gateway.port)/v1/models"]
            + headers.flatMap { ["-H", $0] }
        let curl = try ChildProcess(
            "/usr/bin/curl", arguments, environment: gateway.environment, directory: gateway.directory.path,
            outputPath: path)
        _ = try await curl.waitForExit()
        return curl.output
    }

    @Test func theProxyLetsPeopleInAndTheCommandLineKeepsItsDevice() async throws {
        let unsafe = try GatewayProcess()
        try write(["userHeader": "X-User"], proxies: ["127.0.0.1"], unsafe)
        let refused = try await unsafe.command(["gateway", "run"])
        #expect(refused.status == .exited(1))
        #expect(refused.output.contains("gateway.auth.trustedProxy.secret"), "\(refused.output)")

        let gateway = try GatewayProcess()
        try await gateway.start()
        #expect(try await gateway.command(["status"]).status == .exited(0))
        #expect(await gateway.stop() == .exited(0))

        let secret = "0123456789abcdef0123456789abcdef"
        try write(
            ["userHeader": "X-User", "allowUsers": ["ann"], "secret": .string(secret)], proxies: ["127.0.0.1"], gateway)
        let process = try ChildProcess(
            GatewayProcess.executable, ["gateway", "run"], environment: gateway.environment,
            directory: gateway.directory.path, outputPath: "\(gateway.directory.path)/proxied.out")
        var health = try await gateway.command(["health"])
        for _ in 0..<100 where health.status != .exited(0) && process.isRunning {
            try await Task.sleep(for: .milliseconds(50))
            health = try await gateway.command(["health"])
        }
        #expect(health.status == .exited(0), "\(health.output) \(process.output)")
        // The token that `status` was given does not reach this far.
        let devices = try await gateway.command(["devices", "list"])
        #expect(devices.status == .exited(0) && devices.output.contains("Using the pairing files"), "\(devices.output)")
        let proof = "X-OpenClaw-Proxy-Secret: \(secret)"
        #expect(try await models(gateway, [proof, "X-User: ann", "X-Forwarded-For: 203.0.113.7"]) == "200")
        #expect(try await models(gateway, [proof, "X-User: eve"]) == "401")
        #expect(try await models(gateway, ["X-User: ann"]) == "401")
        #expect(try await models(gateway, ["Authorization: Bearer \(GatewayProcess.token)"]) == "401")
        #expect(await process.terminate() == .exited(0))
    }
}
