import ClawAgent
import ClawConfig
package import ClawCore
package import ClawGateway
import ClawProviders
package import ClawStore
package import ClawSupport
import ClawTools
import ClawWebUI
import Logging
import ServiceLifecycle

/// Every part of a Gateway, made and joined: nothing runs yet. The one place that knows all of them.
struct Composition: Sendable {
    let store: StoreParts
    let agent: AgentParts
    let wire: WireParts
    let channels: ChannelRegistry
    let ingress: Ingress
    let delivery: Delivery
    let transport: PooledHTTPTransport
    let live: LiveConfiguration

    init(
        _ boot: Boot, _ options: DaemonOptions, _ environment: DaemonEnvironment, restarts: RestartController
    ) throws {
        self.restarts = restarts
        transport = PooledHTTPTransport()
        store = try StoreParts(boot, environment)
        live = LiveConfiguration(
            boot.snapshot, location: boot.location, transport: transport, time: environment.time,
            entropy: environment.entropy)
        let (live, configuration) = (live, live.configuration)
        let makeChannels: @Sendable () -> ChannelRegistry = {
            let snapshot = live.snapshot.value
            return Catalogue.channels(
                snapshot.configuration,
                Catalogue.ChannelParts(
                    environment: snapshot.environment, time: environment.time, entropy: environment.entropy,
                    trace: environment.trace))
        }
        channels = makeChannels()
        let (metrics, hub) = (GatewayMetrics(time: environment.time), EventHub(time: environment.time))
        delivery = Delivery(
            journal: store.journal, channels: channels, time: environment.time,
            logger: Logger(label: "openclaw.delivery"), metrics: metrics, trace: environment.trace)
        agent = AgentParts(
            boot: boot, store: store, live: live, hub: hub, metrics: metrics, wakeOutbox: delivery.wake,
            environment: environment)
        let media = InboundMedia(stateDirectory: boot.directory.root, entropy: environment.entropy)
        let intake = TurnIntake(
            journal: store.journal, sessions: store.sessions, turns: agent.turns, channels: channels, media: media,
            configuration: configuration, time: environment.time)
        let triggers = SessionTriggers(configuration: configuration)
        ingress = Self.makeIngress(
            store: store, agent: agent, intake: intake, triggers: triggers, live: live, wakeOutbox: delivery.wake,
            environment: environment)
        running = ChannelsService(channels.channels, sink: ingress)
        workspaces = WorkspaceService(
            workspaces: {
                let agents = configuration.value.agents
                return agents.defaults.skipBootstrap
                    ? [] : agents.ids.map { agents.workspace(of: $0, in: boot.location) }
            }, time: environment.time)
        reloader = Self.makeReloader(
            boot, options, live, environment, restarts: restarts, channels: (channels, running, makeChannels),
            workspaces: workspaces)
        let chat = ClientChat(
            intake: intake, turns: agent.turns, sessions: store.sessions, media: media, events: hub,
            configuration: configuration, time: environment.time)
        wire = try WireParts(
            boot: boot, options: options, store: store, agent: agent,
            client: WireParts.Client(
                chat: chat, triggers: triggers, channels: channels,
                probes: ChannelProbes(channels: channels, time: environment.time),
                endChannel: Self.makeEnd(channels, running), hub: hub, live: live, reloader: reloader,
                restarts: restarts, delivery: delivery, metrics: metrics,
                fetcher: GuardedFetcher(transport: transport, time: environment.time)),
            environment: environment)
        restartNotice = Self.makeNotice(boot, store, agent, chat: chat, channels: channels, wake: delivery.wake)
        maintenance = Self.makeMaintenance(boot, store: store, turns: agent.turns, live: live, environment)
        (self.intake, memoryClock) = (intake, environment.time)
    }

    /// Restarts that something asks for.
    let restarts: RestartController
    private let reloader: ConfigReloader
    private let running: ChannelsService
    private let intake: TurnIntake
    private let restartNotice: RestartNotice
    private let workspaces: WorkspaceService
    private let maintenance: SessionMaintenance
    private let memoryClock: any TimeSource

    /// The services in the order in which they start; they stop in reverse: first nothing new comes in, then turns drain, then
    /// what was asked over HTTP has its answer, clients are told and closed, and the journal is closed last.
    var services: [any Service] {
        var services: [any Service] = [store.service, delivery, workspaces, maintenance, restartNotice]
        services += wire.backgroundServices
        services.append(wire.connections)
        services.append(MemoryService(turns: agent.turns, time: memoryClock))
        services.append(wire.http)
        let connections = wire.connections
        services.append(
            TurnService(turns: agent.turns, intake: intake, feed: agent.feed, grace: { connections.drainGrace }))
        services.append(running)
        services.append(reloader)
        services.append(wire.listener)
        services.append(wire.tailscale)
        return services
    }

    private static func makeIngress(
        store: StoreParts, agent: AgentParts, intake: TurnIntake, triggers: SessionTriggers,
        live: LiveConfiguration, wakeOutbox: @escaping @Sendable () -> Void, environment: DaemonEnvironment
    ) -> Ingress {
        var ports = Ingress.Ports(
            journal: store.journal, pairing: store.pairing, intake: intake, turns: agent.turns, triggers: triggers,
            configuration: live.configuration,
            access: { live.access.value[ChannelRegistry.Key(channel: $0, account: $1)] })
        ports.wakeOutbox = wakeOutbox
        ports.entropy = environment.entropy
        ports.trace = environment.trace
        return Ingress(ports: ports)
    }

    private static func makeNotice(
        _ boot: Boot, _ store: StoreParts, _ agent: AgentParts, chat: ClientChat, channels: ChannelRegistry,
        wake: @escaping @Sendable () -> Void
    ) -> RestartNotice {
        RestartNotice(
            RestartNotice.Ports(
                directory: boot.directory, journal: store.journal, sessions: chat.named, channels: channels,
                events: agent.systemEvents, wakeOutbox: wake))
    }

    /// Ends an account of a channel, whatever the configuration says.
    private static func makeEnd(
        _ registry: ChannelRegistry, _ running: ChannelsService
    ) -> @Sendable (ChannelRegistry.Key) -> Void {
        { key in
            registry.remove(key)
            running.replace(key, with: nil)
        }
    }

    private static func makeMaintenance(
        _ boot: Boot, store: StoreParts, turns: TurnSupervisor, live: LiveConfiguration,
        _ environment: DaemonEnvironment
    ) -> SessionMaintenance {
        SessionMaintenance(
            ports: SessionMaintenance.Ports(
                sessions: store.sessions, directory: boot.directory, configuration: live.configuration,
                isBusy: { turns.isBusy($0) }, time: environment.time))
    }

    private static func makeReloader(
        _ boot: Boot, _ options: DaemonOptions, _ live: LiveConfiguration, _ environment: DaemonEnvironment,
        restarts: RestartController,
        channels: (registry: ChannelRegistry, running: ChannelsService, make: @Sendable () -> ChannelRegistry),
        workspaces: WorkspaceService
    ) -> ConfigReloader {
        let ports = ConfigReloader.Ports(
            restartChannels: { names in
                let ids = Set(names.map { ChannelID($0) })
                let before = channels.registry.channels.filter { ids.contains($0.id) }.map { ChannelRegistry.Key($0) }
                let made = channels.make()
                channels.registry.replace(ids, from: made)
                let after = made.channels.filter { ids.contains($0.id) }
                for key in Set(before).subtracting(after.map { ChannelRegistry.Key($0) }) {
                    channels.running.replace(key, with: nil)
                }
                for channel in after { channels.running.replace(ChannelRegistry.Key(channel), with: channel) }
            },
            check: { try Boot.check($0, options, environment) },
            // Whoever changed the file by a method must still get the answer.
            restart: { restarts.ask(delay: 500, reason: $0, awaitsWish: $1) },
            watched: {
                $0.configuration.secrets.paths
                    + StoredCredentials.files($0.configuration, in: boot.location).map(\.path)
            },
            take: { await SecretResolution.take($0, in: boot.location) },
            applied: {
                boot.log.follow(LogRules($0, options))
                workspaces.agentsChanged()
            })
        return ConfigReloader(file: boot.file, live: live, ports: ports, time: environment.time)
    }
}

/// What a Gateway takes from its surroundings; tests put their own in place.
package struct DaemonEnvironment: Sendable {
    package var time: any TimeSource = SystemTimeSource()
    package var entropy: any Entropy = SystemEntropy()
    package var trace: MessageTrace = .none
    /// Called at named points of the store; see `FaultPoint`.
    package var fault: FaultPoint = { _ in }
    /// The addresses of this machine.
    package var interfaces: @Sendable () throws -> [HostInterface] = { try HostFacts.interfaces() }

    package init() {}
}

/// Everything that lies on disk.
struct StoreParts: Sendable {
    let journal: Journal
    let sessions: SessionStore
    let pairing: ChannelPairingStore
    let devices: DeviceStore
    let service: StoreService

    init(_ boot: Boot, _ environment: DaemonEnvironment) throws {
        let directory = boot.directory
        journal = try Journal.open(
            path: directory.journalPath, time: environment.time, entropy: environment.entropy, fault: environment.fault)
        let days = boot.snapshot.configuration.journal.payloadRetentionDays
        sessions = SessionStore(journal: journal, retention: .seconds(Int64(days) * 86_400))
        pairing = ChannelPairingStore(directory: directory, time: environment.time, entropy: environment.entropy)
        devices = DeviceStore(directory: directory, time: environment.time, entropy: environment.entropy)
        service = StoreService(journal: journal, sessions: sessions, devices: devices)
    }
}

/// Everything that takes turns.
struct AgentParts: Sendable {
    let turns: TurnSupervisor
    let results: RunResults
    let feed: RunFeed
    let dispatcher: ToolDispatcher
    let systemEvents: SystemEventQueue
    let settings: @Sendable (AgentID) -> AgentSettings?

    init(
        boot: Boot, store: StoreParts, live: LiveConfiguration, hub: EventHub, metrics: GatewayMetrics,
        wakeOutbox: @escaping @Sendable () -> Void, environment: DaemonEnvironment
    ) {
        let location = boot.location
        results = RunResults()
        feed = RunFeed()
        let systemEvents = SystemEventQueue(time: environment.time)
        self.systemEvents = systemEvents
        let settings: @Sendable (AgentID) -> AgentSettings? = { agent in
            let configuration = live.configuration.value
            guard configuration.agents.ids.contains(agent) else { return nil }
            let chosen = live.models.value.models(of: agent, configuration)
            return AgentSettings(
                agent, configuration: configuration, location: location, model: chosen.model,
                fallbacks: chosen.fallbacks)
        }
        let clock: @Sendable (AgentID) -> ZonedClock = {
            settings($0)?.timeZone.flatMap { ZonedClock($0) } ?? ZonedClock.local()
        }
        let tools = SessionToolPorts(
            sessions: store.sessions, time: environment.time, clock: clock,
            defaultModel: { live.models.value.models(of: $0, live.configuration.value).model },
            resolveModel: { text, _ in
                // The tool says itself which names there are.
                try? live.models.value.registry.resolve(text).model.reference
            })
        self.settings = settings
        dispatcher = ToolDispatcher(table: ToolTable(Catalogue.tools(tools)), time: environment.time)
        var ports = TurnPorts(
            journal: store.journal, sessions: store.sessions, tools: dispatcher,
            sink: CombinedReplySink([results, feed, hub, TurnMetrics(metrics)]), settings: settings,
            models: { live.models.value.catalog.through { MeasuredProvider($0, metrics) } })
        ports.wakeOutbox = wakeOutbox
        ports.systemEvents = { session in
            let clock = clock(session.agent ?? live.configuration.value.agents.defaultID)
            return systemEvents.take(session).map { "[\(InboundText.stamp($0.at, clock))] \($0.text)" }
        }
        ports.time = environment.time
        ports.entropy = environment.entropy
        ports.trace = environment.trace
        turns = TurnSupervisor(ports: ports) {
            TurnSupervisor.Limits(maximumConcurrent: live.configuration.value.agents.defaults.maxConcurrent)
        }
    }
}
