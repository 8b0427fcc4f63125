import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite(.timeLimit(.minutes(10))) struct LogsFollowTests {
    /// The way of a person who watches the log while the Gateway is restarted, once in order and once by a power cut.
    @Test func followingGoesOnOverRestarts() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let logs = try ChildProcess(
            GatewayProcess.executable, ["logs", "--follow", "--interval", "100", "--plain"],
            environment: gateway.environment, directory: gateway.directory.path,
            outputPath: "\(gateway.directory.path)/logs.out")
        try await expectStarts(1, in: logs)
        #expect(await gateway.stop() == .exited(0))
        _ = try await logs.waitForLine(containing: "Trying again until it is back.")
        try await gateway.start()
        _ = try await logs.waitForLine(containing: "The Gateway is back.")
        try await expectStarts(2, in: logs)
        gateway.kill()
        try await gateway.start()
        try await expectStarts(3, in: logs)
        #expect(logs.isRunning)
        // Each line is shown once, whoever was there when it was written.
        let lines = logs.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(Set(lines).count == lines.count)
        #expect(await gateway.stop() == .exited(0))
        _ = await logs.terminate()
    }

    private func expectStarts(_ count: Int, in logs: ChildProcess) async throws {
        for _ in 0..<12_000 {
            let starts = logs.output.split(separator: "\n").count {
                $0.contains(#""1":"listening""#) && $0.contains("127.0.0.1")
            }
            if starts >= count { return }
            usleep(5000)
        }
        Issue.record("The log shows no start number \(count):\n\(logs.output)")
    }
}
