import ClawCore
import ClawGateway
import ClawStore
import ClawSupport

extension WireParts {
    /// Every method of this Gateway. What is not listed does not exist.
    static func methods(
        boot: Boot, store: StoreParts, agent: AgentParts, client: Client, presence: PresenceRegistry,
        health: HealthMonitor, environment: DaemonEnvironment
    ) -> [any GatewayMethod] {
        let keys: @Sendable () -> SessionKeyResolver = { client.chat.keys }
        return coreMethods(
            boot: boot, store: store, agent: agent, client: client, presence: presence, health: health,
            environment: environment)
            + usageMethods(boot: boot, store: store, client: client, keys: keys, time: environment.time)
            + fileMethods(boot: boot, client: client)
    }

    /// The methods that report what was used, on a reader of their own.
    static func usageMethods(
        boot: Boot, store: StoreParts, client: Client, keys: @escaping @Sendable () -> SessionKeyResolver,
        time: any TimeSource
    ) -> [any GatewayMethod] {
        let (live, configuration) = (client.live, client.configuration)
        let usage = UsageReader(directory: boot.directory) { live.models.value.price(of: $0, configuration.value) }
        let sessions = UsageSessions(sessions: store.sessions, usage: usage, keys: keys)
        let reports = ReportCache(time: time)
        return [
            UsageStatus(time: time), UsageCost(usage: usage, reports: reports, time: time, local: { .local() }),
            SessionsUsage(sessions: sessions, reports: reports, time: time, local: { .local() }),
            SessionsUsageTimeseries(sessions: sessions), SessionsUsageLogs(sessions: sessions),
        ]
    }

    /// The methods for the files of workspaces.
    static func fileMethods(boot: Boot, client: Client) -> [any GatewayMethod] {
        let workspace = AgentWorkspace(configuration: client.configuration, location: boot.location)
        return [
            AgentsFilesList(workspace: workspace), AgentsFilesGet(workspace: workspace),
            AgentsFilesSet(workspace: workspace),
        ]
    }
}
