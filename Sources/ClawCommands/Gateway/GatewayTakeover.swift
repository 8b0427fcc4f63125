import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes room for a Gateway: stops the one that has its state directory or its port. Nobody else's program is touched.
struct GatewayTakeover: Sendable {
    private let context: CommandContext
    private let location: ConfigLocation
    private let port: Int
    private let directory: StateDirectory

    /// How long a Gateway may take to finish its runs.
    private static let patience = 30
    private static let pause = Duration.milliseconds(100)

    init(_ context: CommandContext, _ location: ConfigLocation, port: Int?) throws {
        self.context = context
        self.location = location
        let configured = try Installation.load(context).snapshot.configuration.gateway.port
        self.port = port ?? context.variable("OPENCLAW_GATEWAY_PORT").flatMap { Int($0) } ?? configured
        directory = StateDirectory(root: location.stateDirectory)
    }

    /// Returns when state directory and port are free. Throws `ClawError` `conflict` when something else than a Gateway has the
    /// port, and `timeout` when a Gateway does not stop.
    func run() async throws {
        var pids = Set(try owner().map { [$0] } ?? [])
        for listener in PortListener.all(port: port) {
            guard let pid = listener.pid, Self.isGateway(pid) else {
                throw ClawError(
                    .conflict, "Port \(port) is used by something else than a Gateway of yours: \(listener.text).",
                    hint: "Stop that yourself, or use another port with --port.")
            }
            pids.insert(pid)
        }
        if pids.isEmpty { return }
        try await stopService(among: pids)
        for pid in pids.sorted() {
            context.terminal.note("Stopping the Gateway with process id \(pid).")
            // It may have stopped by itself meanwhile.
            kill(pid_t(pid), SIGTERM)
        }
        for _ in 0..<(Self.patience * 10) {
            if try owner() == nil, PortListener.all(port: port).isEmpty { return }
            try await context.time.sleep(for: Self.pause)
        }
        throw ClawError(
            .timeout, "The Gateway did not stop within \(Self.patience) seconds.",
            hint: "See what it does with `openclaw gateway status`.")
    }

    /// The process that holds the state directory; nil when it is free.
    private func owner() throws -> Int? {
        guard AtomicFile.exists(directory.instanceLockPath) else { return nil }
        do {
            try directory.lock().release()
            return nil
        } catch let error as InstanceLockError {
            guard let owner = error.owner, Self.isGateway(owner) else {
                throw ClawError(
                    .conflict, "\(error)", hint: "Stop it yourself, or use another state directory.", cause: error)
            }
            return owner
        }
    }

    /// A service that was only killed would be started again at once.
    private func stopService(among pids: Set<Int>) async throws {
        let supervisor = ServiceControl.current(context, location).supervisor
        guard AtomicFile.exists(supervisor.definitionPath) else { return }
        // Where the system cannot be asked, it runs no service.
        guard let pid = (try? await supervisor.state())?.pid, pids.contains(pid) else { return }
        try await supervisor.stop()
        context.terminal.note("Stopped the service; start it again with `openclaw gateway start`.")
    }

    /// Whether the process runs a program of this name; its id alone may have been given to another meanwhile.
    private static func isGateway(_ pid: Int) -> Bool {
        #if os(Linux)
            // A process that has gone or is another user's is none of ours.
            guard let name = (try? AtomicFile.read("/proc/\(pid)/comm")) ?? nil else { return false }
            return String(decoding: name.prefix { $0 != 10 }, as: UTF8.self) == "openclaw"
        #else
            return true
        #endif
    }
}
