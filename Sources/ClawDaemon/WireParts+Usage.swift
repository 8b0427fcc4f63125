import ClawCore
import ClawGateway
import ClawStore
import ClawSupport

extension WireParts {
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
}
