package import ClawClient
package import ClawDaemon
package import ClawProtocol
package import ClawSupport
package import ClawTestKit
import FoundationEssentials
import Synchronization

/// A whole Gateway inside the test process, so that a test can watch it from within.
package final class InProcessGateway: Sendable {
    package let directory: TemporaryDirectory
    package let port: Int

    private init(directory: TemporaryDirectory, port: Int) {
        self.directory = directory
        self.port = port
    }

    package var stateDirectory: String { "\(directory.path)/state" }

    /// Runs a Gateway with this configuration while `body` runs, on a free port; what it needs of `gateway` is added. `prepare` may fill the state directory
    /// before it starts.
    package static func run(
        _ configuration: JSONObject, environment: DaemonEnvironment = DaemonEnvironment(),
        prepare: (String) throws -> Void = { _ in }, _ body: (InProcessGateway) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory("in-process")
        let state = "\(directory.path)/state"
        try AtomicFile.makeDirectory(state)
        let chosen = try freePort()
        var gateway: JSONObject = [
            "mode": "local", "port": .int(chosen),
            "auth": ["mode": "token", "token": .string(GatewayProcess.token)],
        ]
        for (key, value) in configuration["gateway"]?.objectValue ?? [:] { gateway[key] = value }
        var all = configuration
        all["gateway"] = .object(gateway)
        try AtomicFile.write(Array(JSONValue.object(all).prettyText.utf8), to: "\(state)/openclaw.json")
        try prepare(state)
        let options = DaemonOptions(
            stateDirectory: state, configPath: "\(state)/openclaw.json",
            environment: ["HOME": directory.path, "TMPDIR": directory.path])
        let (ports, found) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let settings = options
            group.addTask {
                defer { found.finish() }
                try await Daemon.run(options: settings, environment: environment, signals: []) { port, _ in
                    found.yield(port)
                }
            }
            for await port in ports {
                try await body(InProcessGateway(directory: directory, port: port))
                break
            }
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                // The Gateway was told to end.
            }
        }
    }

    /// Connects as a local operator with the shared token.
    package func withClient<Result>(
        scopes: [Scope] = [.admin, .read, .write, .approvals, .pairing], mode: String = "backend",
        role: Role = .operator, identity: DeviceIdentity? = nil, _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: port),
            client: ConnectParams.Client(
                id: role == .node ? "node-host" : "gateway-client", version: "1.0.0", platform: "linux",
                mode: role == .node ? "node" : mode),
            scopes: scopes, credentials: GatewayCredentials(token: Redacted(GatewayProcess.token)))
        options.identity = identity
        options.role = role
        // As for a Gateway in a process of its own.
        options.connectTimeout = .seconds(60)
        options.requestTimeout = .seconds(60)
        return try await GatewayClient.withPatientConnection(options, body)
    }
}
