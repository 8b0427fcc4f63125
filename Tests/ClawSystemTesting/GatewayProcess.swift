package import ClawClient
package import ClawProtocol
package import ClawSupport
package import ClawTestKit
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A Gateway as a process of its own, on a state directory that lives as long as the test: it can be killed and started
/// again.
package final class GatewayProcess {
    package static let token = "test-token-0123456789abcdef0123456789abcdef0123456789ab"

    package let directory: TemporaryDirectory
    package let port: Int
    private var process: ChildProcess?
    private var startCount = 0

    /// The executable beside the test bundle, which the same build made.
    package static let executable: String = {
        // The link is always there while the process runs.
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        while !folder.isEmpty {
            let path = folder.joined(separator: "/") + "/openclaw"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
            folder = folder.dropLast()
        }
        return "openclaw"
    }()

    /// Makes the state directory with a configuration: `extra` is laid over one that listens on a free port with a token.
    package init(configuration extra: JSONObject = [:]) throws {
        directory = try TemporaryDirectory("gateway")
        port = try freePort()
        var configuration: JSONObject = [
            "gateway": [
                "mode": "local", "port": .int(port), "auth": ["mode": "token", "token": .string(Self.token)],
            ]
        ]
        for (key, value) in extra { configuration[key] = value }
        try AtomicFile.makeDirectory(stateDirectory)
        try AtomicFile.write(Array(JSONValue.object(configuration).prettyText.utf8), to: configurationPath)
    }

    /// For a Gateway whose state directory a command will make from a backup of `other`; it listens where that one did.
    package init(restoredFrom other: GatewayProcess) throws {
        directory = try TemporaryDirectory("gateway")
        port = other.port
    }

    package var stateDirectory: String { "\(directory.path)/state" }
    package var configurationPath: String { "\(stateDirectory)/openclaw.json" }
    package var pid: Int32? { process?.pid }

    /// What the Gateway wrote to its terminal, all starts together.
    package var output: String { directory.read("gateway.out") ?? "" }

    package var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path,
            "OPENCLAW_STATE_DIR": stateDirectory, "TMPDIR": directory.path,
        ]
    }

    /// Starts the Gateway and returns when it accepts a client.
    package func start(environment extra: [String: String] = [:]) async throws {
        startCount += 1
        let process = try ChildProcess(
            Self.executable, ["gateway", "run"], environment: environment.merging(extra) { $1 },
            directory: directory.path, outputPath: "\(directory.path)/gateway.out")
        self.process = process
        for _ in 0..<12_000 {
            if !process.isRunning { break }
            if try await answers() { return }
            usleep(5000)
        }
        throw ChildProcess.Failure(description: "The Gateway did not start:\n\(output)")
    }

    private func answers() async throws -> Bool {
        do {
            return try await withClient { _ in true }
        } catch let error as GatewayClientError {
            if case .unreachable = error { return false }
            throw error
        }
    }

    /// Ends the process at once, as a power cut would.
    package func kill() { process?.kill() }

    package func signal(_ number: Int32) { process?.signal(number) }

    package func waitForExit() async throws -> ChildProcess.ExitStatus? { try await process?.waitForExit() }

    /// Asks the process to stop and waits for it.
    package func stop() async -> ChildProcess.ExitStatus? { await process?.terminate(grace: .seconds(60)) }

    /// Connects as a local operator with the shared token.
    package func withClient<Result>(
        scopes: [Scope] = [.admin, .read, .write, .approvals, .pairing], caps: [String] = [],
        _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: port),
            client: ConnectParams.Client(id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend"),
            scopes: scopes, credentials: GatewayCredentials(token: Redacted(Self.token)))
        options.caps = caps
        options.eventBuffer = 65_536
        // No test waits for these: a busy machine is not to be taken for a Gateway that hangs.
        options.connectTimeout = .seconds(60)
        options.requestTimeout = .seconds(60)
        return try await GatewayClient.withPatientConnection(options, body)
    }

    /// Runs `openclaw` with this Gateway's state directory and returns its exit status and what it wrote.
    package func command(
        _ arguments: [String], environment extra: [String: String] = [:]
    ) async throws -> (status: ChildProcess.ExitStatus, output: String) {
        let path = "\(directory.path)/command-\(UUID().uuidString).out"
        let process = try ChildProcess(
            Self.executable, arguments, environment: environment.merging(extra) { $1 }, directory: directory.path,
            outputPath: path)
        let status = try await process.waitForExit(timeout: .seconds(60))
        return (status, process.output)
    }
}
