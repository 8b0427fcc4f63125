import ClawConfig
import ClawCore
import ClawGateway
import ClawProviders
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
            + configMethods(boot: boot, client: client, time: environment.time)
            + usageMethods(boot: boot, store: store, client: client, keys: keys, time: environment.time)
            + agentMethods(boot: boot, store: store, agent: agent, client: client, time: environment.time)
            + [
                sendMethod(store: store, client: client, environment: environment),
                logoutMethod(boot: boot, client: client, time: environment.time),
            ]
    }

    /// The methods that show and change the configuration and its secrets.
    static func configMethods(boot: Boot, client: Client, time: any TimeSource) -> [any GatewayMethod] {
        let (live, reloader) = (client.live, client.reloader)
        let control = configControl(boot: boot, client: client, time: time)
        let limit = ControlLimit(time: time)
        return [
            // A client changes the file, so it must see the file, also where that is not in effect.
            ConfigGet(snapshot: {
                let current = live.snapshot.value
                return current.safeMode == nil ? boot.file.inspect().using(current.taken) : current
            }),
            ConfigSet(control: control), ConfigPatch(control: control, limit: limit),
            ConfigApply(control: control, limit: limit),
            ConfigSchemaMethod(version: ProductVersion.current, time: time),
            SecretsReload(reload: { try await reloader.reloadSecrets() }),
            SecretsResolve(
                targets: Catalogue.secretTargets, channels: Catalogue.channelIDs, snapshot: { live.snapshot.value }),
        ]
    }

    /// The method that takes an account of a channel off its network.
    static func logoutMethod(boot: Boot, client: Client, time: any TimeSource) -> ChannelsLogout {
        ChannelsLogout(
            ports: ChannelsLogout.Ports(
                channels: client.channels, control: configControl(boot: boot, client: client, time: time),
                credentials: { Catalogue.credentials(of: $0) }, accounts: { Catalogue.accounts(of: $0, in: $1) },
                end: client.endChannel))
    }

    /// The method that says something in a chat.
    static func sendMethod(store: StoreParts, client: Client, environment: DaemonEnvironment) -> SendMethod {
        SendMethod(
            ports: SendMethod.Ports(
                sessions: client.chat.named, channels: client.channels, journal: store.journal,
                watch: client.delivery.watch, wakeOutbox: client.delivery.wake, time: environment.time,
                entropy: environment.entropy))
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

    /// The methods for agents and the files of their workspaces.
    static func agentMethods(
        boot: Boot, store: StoreParts, agent: AgentParts, client: Client, time: any TimeSource
    ) -> [any GatewayMethod] {
        let configuration = client.configuration
        let workspace = AgentWorkspace(configuration: configuration, location: boot.location)
        let quiescence = SessionQuiescence(turns: agent.turns)
        let control = configControl(boot: boot, client: client, time: time)
        let live = client.live
        let workshop = AgentWorkshop(
            control: control, location: boot.location,
            resolve: { text, snapshot in
                // The models of the file as it is now, which may not be in effect yet.
                try live.models(of: snapshot).registry.resolve(text).model.reference.description
            }, time: time)
        let retirement = AgentRetirement(
            control: control, location: boot.location, sessions: store.sessions,
            settle: { try await quiescence.settle($0) }, time: time)
        return [
            AgentsList(configuration: configuration),
            AgentIdentityGet(configuration: configuration, location: boot.location),
            AgentsCreate(workshop: workshop), AgentsUpdate(workshop: workshop), AgentsDelete(retirement: retirement),
            AgentsFilesList(workspace: workspace), AgentsFilesGet(workspace: workspace),
            AgentsFilesSet(workspace: workspace),
        ]
    }

    /// What changes the configuration of this Gateway.
    static func configControl(boot: Boot, client: Client, time: any TimeSource) -> ConfigControl {
        let (reloader, restarts) = (client.reloader, client.restarts)
        var editor = ConfigEditor(boot.file, time: time)
        editor.verify = { try reloader.check($0) }
        return ConfigControl(
            editor: editor, snapshot: { boot.file.inspect() },
            reload: {
                await reloader.reload(awaitsWish: true)
                return reloader.rejection
            }, restart: { restarts.pending($0) },
            notes: ConfigControl.Notes(directory: boot.directory, sessions: client.chat.named, time: time))
    }
}
