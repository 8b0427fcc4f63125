import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw status`.
struct StatusShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the Gateway, its channels and sessions, and what to do next.")

    private static let shownSessions = 10

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let report: StatusReport
        do {
            report = try await ask(access, context)
        } catch let error as ClawError {
            let report = StatusReport(access: access, time: context.time, failure: error)
            if rpc.json { context.terminal.json(report.json) } else { report.write(to: context.terminal) }
            throw error
        }
        if rpc.json { context.terminal.json(report.json) } else { report.write(to: context.terminal) }
    }

    /// Asks everything at once: the answers arrive in one round trip.
    private func ask(_ access: GatewayAccess, _ context: CommandContext) async throws -> StatusReport {
        let started = context.time.monotonicNanoseconds
        return try await access.connect(scopes: [.read]) { client in
            let connected = context.time.monotonicNanoseconds
            async let health = client.request("health")
            async let status = client.request("status")
            async let channels = client.request("channels.status")
            async let sessions = client.request(
                "sessions.list", ["limit": .int(Self.shownSessions), "includeGlobal": true])
            var report = StatusReport(access: access, time: context.time, hello: client.hello)
            report.connectMilliseconds = Int((connected - started) / 1_000_000)
            report.health = try await health
            report.status = try await status
            report.channels = try await channels
            report.sessions = try await sessions
            return report
        }
    }
}
