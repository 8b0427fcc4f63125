import ClawAgent
import ClawConfig
import ClawCore
import ClawExec
import ClawGateway
import ClawProtocol
import ClawProviders
import ClawStore
import ClawSupport
import ClawWebUI
import ServiceLifecycle

/// Everything that faces clients: methods, handshake, server.
struct WireParts: Sendable {
    /// What client methods stand on.
    struct Client: Sendable {
        var chat: ClientChat
        var triggers: SessionTriggers
        var channels: ChannelRegistry
        var probes: ChannelProbes
        /// Ends an account of a channel, whatever the configuration says.
        var endChannel: @Sendable (ChannelRegistry.Key) -> Void
        var hub: EventHub
        var live: LiveConfiguration
        var reloader: ConfigReloader
        var restarts: RestartController
        var delivery: Delivery
        var metrics: GatewayMetrics
        /// For what callers name by an address.
        var fetcher: any WebFetcher

        var configuration: Live<Configuration> { live.configuration }
    }

    let methods: MethodTable
    let routes: HTTPAccess
    let listener: GatewayListener
    let connections: ConnectionsService
    let tailscale: TailscaleService
    let http: HTTPConnections
    let backgroundServices: [any Service]

    init(
        boot: Boot, options: DaemonOptions, store: StoreParts, agent: AgentParts, client: Client,
        environment: DaemonEnvironment
    ) throws {
        let time = environment.time
        let hub = client.hub
        let gateway = options.applied(to: boot.snapshot.configuration.gateway)
        let door = try Door(boot.snapshot, options, environment)
        door.report()
        let access = Live(door.access)
        let presence = PresenceRegistry(host: .current(), version: ProductVersion.current, time: time)
        let health = HealthMonitor(
            source: GatewayHealth(
                configuration: client.configuration, channels: client.channels, probes: client.probes,
                sessions: store.sessions, directory: boot.directory, time: time),
            time: time, publish: { hub.broadcastHealth($0) })
        let table = MethodTable(
            methods: Self.methods(
                boot: boot, store: store, agent: agent, client: client, presence: presence, health: health,
                environment: environment))
        methods = table
        let runner = TaskRunner()
        let limiter = AttemptLimiter(time: time)
        let tailscale = TailscaleProgram(environment: options.environment)
        let handshake = Handshake(
            settings: access, limiter: limiter, devices: store.devices,
            tailnet: TailnetDirectory(tailscale, time: time), time: time,
            announce: { hub.broadcast($0, $1) })
        let news = PresenceNews(hub: hub, presence: presence, time: time)
        let services = ConnectionServices(
            methods: table, hub: hub, handshake: handshake, runner: runner, presence: presence, health: health,
            context: ConnectionServices.Context(
                facts: Self.facts(boot, client.configuration), settings: access, metrics: client.metrics,
                presenceNews: news, time: time, entropy: environment.entropy))
        let sockets = ConnectionCounter(limits: ConnectionLimits())
        let gauges = GatewayGauges(
            GatewayGauges.Sources(
                version: ProductVersion.current, hub: hub, sockets: { sockets.counts },
                turns: { agent.turns.turnCount }, isDraining: { agent.turns.isDraining },
                openWork: { try await store.journal.openWork() }), time: time)
        routes = Self.httpAccess(
            agent: agent, client: client, journal: store.journal, pdf: PDFText(environment: options.environment),
            metrics: MetricsEndpoint(metrics: client.metrics, gauges: gauges), entropy: environment.entropy)
        let interface = HTTPRoutes.Interface(
            access: routes, caller: HTTPGuard(settings: access, limiter: limiter), settings: access, time: time,
            metrics: client.metrics,
            unreadiness: { agent.turns.isDraining ? "draining" : nil },
            transportSecurity: { client.configuration.value.gateway.http.strictTransportSecurity })
        let connections = ConnectionsService(hub: hub, time: time)
        self.connections = connections
        http = HTTPConnections(time: time, grace: { connections.drainGrace })
        listener = GatewayListener(
            address: door.address, routes: HTTPRoutes(page: Self.page(gateway), interface: interface),
            services: services, settings: access, http: http, counter: sockets, tls: door.tls)
        self.tailscale = Self.tailscale(
            tailscale, gateway, door, access: access, listener: listener, connections: connections,
            stateDirectory: boot.directory.root, environment)
        backgroundServices = [runner, TickService(hub: hub, time: time), HeldTexts(hub: hub, time: time), news, health]
    }

    private static func tailscale(
        _ program: TailscaleProgram, _ gateway: GatewayConfiguration, _ door: Door, access: Live<AccessSettings>,
        listener: GatewayListener, connections: ConnectionsService, stateDirectory: String,
        _ environment: DaemonEnvironment
    ) -> TailscaleService {
        TailscaleService(
            TailscaleService.Ports(
                program: program, settings: gateway.tailscale, basePath: gateway.controlUI.basePath,
                isEncrypted: door.tls != nil, port: listener.port, access: access,
                isRestarting: { connections.isRestarting }),
            stateDirectory: stateDirectory, time: environment.time, entropy: environment.entropy)
    }

    private static func page(_ gateway: GatewayConfiguration) -> HTTPRoutes.Page? {
        guard gateway.controlUI.isEnabled else { return nil }
        let assets = WebAssets.locate(explicit: gateway.controlUI.root, executable: Executable.path)
        let base = gateway.controlUI.basePath == "/" ? "" : gateway.controlUI.basePath
        return { method, target, match in
            try await FileWork.shared.run {
                assets.answer(method: method, target: target, basePath: base, ifNoneMatch: match)
            }
        }
    }

    /// Every route for programs.
    private static func httpAccess(
        agent: AgentParts, client: Client, journal: Journal, pdf: PDFText, metrics: MetricsEndpoint,
        entropy: any Entropy
    ) -> HTTPAccess {
        let configuration = client.configuration
        let http: @Sendable () -> GatewayConfiguration.HTTP = { configuration.value.gateway.http }
        let turn = OpenAITurn(
            chat: client.chat, feed: agent.feed,
            sessionOfRun: { run in
                // Turns that came in otherwise are not to be gone on with.
                try await journal.item(dedupeKey: ClientChat.dedupeKey(run.rawValue, OpenAITurn.namespace))?.session
            }, entropy: entropy)
        return HTTPAccess([
            ChatCompletions(turn: turn, isEnabled: { http().servesChatCompletions }),
            Responses(
                turn: turn, settings: { http().responses }, fetcher: client.fetcher,
                readPDF: { try await pdf.text(of: $0, pages: $1) }),
            OpenAIModels(turn: turn, isEnabled: { http().servesChatCompletions || http().responses.isEnabled }),
            ToolsInvoke(
                dispatcher: agent.dispatcher, chat: client.chat, settings: agent.settings,
                lists: {
                    let http = http()
                    return ToolsInvoke.Lists(deny: http.deniedTools, allow: http.allowedTools)
                }, entropy: entropy),
            metrics,
        ])
    }

    private static func facts(_ boot: Boot, _ configuration: Live<Configuration>) -> GatewayFacts {
        GatewayFacts(
            version: ProductVersion.current, configPath: boot.snapshot.path, stateDirectory: boot.directory.root,
            sessionDefaults: {
                let rules = RoutingRules(configuration.value)
                return [
                    "defaultAgentId": .string(rules.defaultAgent.rawValue), "mainKey": "main",
                    "mainSessionKey": .string(SessionKeyResolver(rules: rules).mainSession.rawValue),
                    "scope": rules.isGlobal ? "global" : "per-sender",
                ]
            })
    }

    /// The methods for what every Gateway has.
    static func coreMethods(
        boot: Boot, store: StoreParts, agent: AgentParts, client: Client, presence: PresenceRegistry,
        health: HealthMonitor, environment: DaemonEnvironment
    ) -> [any GatewayMethod] {
        let time = environment.time
        let configuration = client.configuration
        let hub = client.hub
        let live = client.live
        let defaultModel: @Sendable () -> ModelDescription = {
            let models = live.models.value
            return models.description(
                of: models.models(of: configuration.value.agents.defaultID, configuration.value).model)
        }
        let facts = ModelFacts(defaultModel: defaultModel)
        let keys: @Sendable () -> SessionKeyResolver = { client.chat.keys }
        let quiescence = SessionQuiescence(turns: agent.turns)
        let reloader = client.reloader
        return [
            ConnectMethod(), HealthMethod(monitor: health), SystemPresence(presence: presence), LastHeartbeat(),
            EventsSince(hub: hub, presence: presence, health: health, devices: store.devices, keys: keys),
            StatusMethod(
                configuration: configuration, sessions: store.sessions, directory: boot.directory, time: time,
                defaultModel: defaultModel, safeMode: { live.snapshot.value.safeMode?.reason },
                rejectedConfiguration: { reloader.rejection },
                systemEvents: { agent.systemEvents.waiting(for: client.chat.keys.mainSession).map(\.text) }
            ).telling(pendingRestart: { client.restarts.due }),
            SystemEvent(presence: presence, hub: hub, events: agent.systemEvents, keys: keys),
            ToolsCatalog(configuration: configuration, table: agent.dispatcher.table),
            LogsTail(file: { boot.log.newestPath }),
            ModelsList(models: { live.models.value.registry.models }),
            ChannelsStatus(channels: client.channels, probes: client.probes, time: time),
            DevicePairList(devices: store.devices), DevicePairRemove(devices: store.devices),
            DevicePairApprove(devices: store.devices, hub: hub, time: time),
            DevicePairReject(devices: store.devices, hub: hub, time: time),
            DeviceTokenRotate(devices: store.devices), DeviceTokenRevoke(devices: store.devices),
            ChatSend(chat: client.chat, triggers: client.triggers), ChatAbort(chat: client.chat),
            ChatHistory(chat: client.chat),
            ChatInject(chat: client.chat, journal: store.journal, events: hub, entropy: environment.entropy),
            AgentRun(
                chat: client.chat, triggers: client.triggers, results: agent.results, journal: store.journal),
            AgentWait(turns: agent.turns, journal: store.journal),
            SessionsList(sessions: store.sessions, directory: boot.directory, catalogue: facts, time: time),
            SessionsResolve(sessions: store.sessions, keys: keys),
            SessionsPatch(sessions: store.sessions, directory: boot.directory, models: facts, keys: keys),
            SessionsReset(sessions: store.sessions, quiescence: quiescence, keys: keys),
            SessionsDelete(sessions: store.sessions, quiescence: quiescence, keys: keys),
            SessionsPreview(sessions: store.sessions, keys: keys, time: time),
            SessionsCompact(sessions: store.sessions, keys: keys),
        ]
    }
}
