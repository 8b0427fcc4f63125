import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawStore
import ClawSupport

/// `openclaw status`.
struct StatusShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the Gateway, its channels and sessions, and what to do next.",
        discussion: "Without a Gateway it shows what the files tell, and fails with 1.")

    private static let shownSessions = 10

    @Flag(help: "A report to paste where you ask for help: also problems and the end of the log; secrets are replaced.")
    var all = false

    @Flag(help: "Let the Gateway check its channels now.")
    var deep = false

    @Flag(help: "Show the tokens and the cost of the last 30 days.")
    var usage = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        async let audit = access.isOnThisMachine ? Self.audit(access, context) : nil
        async let service = access.isOnThisMachine ? StatusService.look(context, access.installation.location) : nil
        async let tailscale = all ? StatusTailscale.look(access, context) : nil
        var failure: ClawError?
        var report: StatusReport
        do {
            report = try await ask(access, context)
        } catch let error as ClawError {
            failure = error
            report = StatusReport(access: access, time: context.time, failure: error)
        }
        report.isDeep = deep
        report.audit = await audit
        report.service = await service
        report.tailscale = await tailscale
        report.pendingDevices = access.isOnThisMachine ? await Self.pendingDevices(access, context) : nil
        let terminal = all ? context.terminal.hiding(Self.secrets(access)) : context.terminal
        if rpc.json {
            terminal.json(report.json)
        } else {
            report.write(to: terminal)
            if all { StatusDiagnosis(report, context).write(to: terminal) }
        }
        if let failure { throw failure }
    }

    private static func audit(_ access: GatewayAccess, _ context: CommandContext) async -> AuditReport? {
        await SecurityAudit.run(
            access.installation.file, known: access.installation.snapshot, time: context.time)
    }

    private static func secrets(_ access: GatewayAccess) -> Set<String> {
        let credentials = access.target.credentials
        let given = [credentials.token, credentials.password].compactMap { $0?.reveal() }
        return access.installation.snapshot.secretValues.union(given)
    }

    /// Nil when the file cannot be read; `devices list` says why.
    private static func pendingDevices(_ access: GatewayAccess, _ context: CommandContext) async -> Int? {
        let directory = StateDirectory(root: access.installation.location.stateDirectory)
        let store = DeviceStore(directory: directory, time: context.time, entropy: context.entropy)
        // The number is a remark; a file that cannot be read must not hide the rest.
        return try? await store.pending().count
    }

    /// Asks everything at once: the answers arrive in one round trip.
    private func ask(_ access: GatewayAccess, _ context: CommandContext) async throws -> StatusReport {
        let started = context.time.monotonicNanoseconds
        return try await access.connect(scopes: [.read]) { client in
            let connected = context.time.monotonicNanoseconds
            async let health = client.request("health", deep ? ["probe": true] : [:])
            async let status = client.request("status")
            async let channels = client.request("channels.status")
            async let sessions = client.request(
                "sessions.list", ["limit": .int(Self.shownSessions), "includeGlobal": true])
            async let usage = usage ? Self.usage(client) : .null
            var report = StatusReport(access: access, time: context.time, hello: client.hello)
            report.connectMilliseconds = Int((connected - started) / 1_000_000)
            report.health = try await health
            report.status = try await status
            report.channels = try await channels
            report.sessions = try await sessions
            report.usage = try await usage
            return report
        }
    }

    /// An older Gateway does not know the method; the rest of the report is of use all the same.
    private static func usage(_ client: GatewayClient) async throws -> JSONValue {
        do {
            return try await client.request("usage.cost", ["days": 30])
        } catch let error as GatewayClientError {
            guard case .refused(let refusal, _) = error else { throw error }
            return ["error": .string("The Gateway does not tell: \(refusal.message).")]
        }
    }
}
