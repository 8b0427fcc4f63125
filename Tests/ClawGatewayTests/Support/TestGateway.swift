import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import ClawWebUI

/// A whole server in this process, on a port of its own, with a state directory of its own and a clock that stands still.
struct TestGateway {
    static let token = "shared-secret-token"

    let port: Int
    let hub: EventHub
    let devices: DeviceStore
    let time: ManualTimeSource
    let settings: Live<AccessSettings>
    let directory: TemporaryDirectory
    let sockets: ConnectionCounter

    struct Options {
        var settings = AccessSettings(mode: .token, token: Redacted(TestGateway.token))
        var methods: [any GatewayMethod] = []
        var limits = ConnectionLimits()
        var handshakeTimeout = 10_000
        var bufferLimit = WireLimit.maxBufferedBytes
        var httpPace = HTTPPace.Limits()
        var page: HTTPRoutes.Page?
        var endpoints: [any HTTPEndpoint] = []
        /// Further routes, of those that need what the server is made of.
        var makeEndpoints: @Sendable (EventHub, ConnectionCounter) -> [any HTTPEndpoint] = { _, _ in [] }
        var time = ManualTimeSource()
        var unreadiness: String?
        var transportSecurity: String?
        var metrics = GatewayMetrics()
        /// Whom Tailscale names as the owner of an address.
        var owners: [String: String]?
    }

    /// A source of health that says always the same.
    struct FixedHealth: HealthSource {
        func summary(isProbe: Bool) async throws -> JSONObject { ["channels": [:], "isProbe": .bool(isProbe)] }
    }

    /// Runs a server for the time of `body`.
    static func run<Result>(
        _ options: Options = Options(), _ body: (TestGateway) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory("gateway")
        let state = StateDirectory(root: directory.path)
        try state.prepare()
        let time = options.time
        let counter = ConnectionCounter(limits: options.limits)
        let entropy = SequentialEntropy()
        let hub = EventHub(time: time)
        let devices = DeviceStore(directory: state, time: time, entropy: entropy)
        let settings = Live(options.settings)
        let presence = PresenceRegistry(
            host: HostFacts(
                name: "testhost", address: "192.0.2.1", platform: "linux 6", deviceFamily: "Linux",
                modelIdentifier: "x64"),
            version: "1.2.3", time: time)
        let news = PresenceNews(hub: hub, presence: presence, time: time)
        let health = HealthMonitor(source: FixedHealth(), time: time) { hub.broadcastHealth($0) }
        _ = try await health.refresh(isProbe: false)
        let runner = TaskRunner()
        let limiter = AttemptLimiter(time: time)
        let tailnet = options.owners.map { owners in
            TailnetDirectory(time: time) { owners[$0.description] }
        }
        let handshake = Handshake(
            settings: settings, limiter: limiter, devices: devices, tailnet: tailnet, time: time
        ) { name, payload in hub.broadcast(name, payload) }
        let system: [any GatewayMethod] = [
            HealthMethod(monitor: health), ConnectMethod(), SystemPresence(presence: presence), LastHeartbeat(),
            DevicePairList(devices: devices), DevicePairApprove(devices: devices, hub: hub, time: time),
            DevicePairReject(devices: devices, hub: hub, time: time), DevicePairRemove(devices: devices),
            DeviceTokenRotate(devices: devices), DeviceTokenRevoke(devices: devices),
        ]
        var context = ConnectionServices.Context(
            facts: GatewayFacts(
                version: "1.2.3", configPath: "/config/openclaw.json", stateDirectory: "/state",
                sessionDefaults: { ["defaultAgentId": "main", "mainKey": "main"] }),
            settings: settings, metrics: options.metrics, presenceNews: news, time: time, entropy: entropy)
        context.handshakeTimeout = options.handshakeTimeout
        context.closeGrace = 200
        context.bufferLimit = options.bufferLimit
        context.httpPace = options.httpPace
        let services = ConnectionServices(
            methods: MethodTable(methods: system + options.methods), hub: hub, handshake: handshake, runner: runner,
            presence: presence, health: health, context: context)
        let http = HTTPConnections(time: time, grace: { .zero })
        let listener = GatewayListener(
            address: ListenAddress(port: 0),
            routes: HTTPRoutes(
                page: options.page,
                interface: HTTPRoutes.Interface(
                    access: HTTPAccess(options.endpoints + options.makeEndpoints(hub, counter)),
                    caller: HTTPGuard(settings: settings, limiter: limiter),
                    settings: settings, time: time, metrics: options.metrics, unreadiness: { options.unreadiness },
                    transportSecurity: { options.transportSecurity })),
            services: services, settings: settings, http: http, counter: counter)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            group.addTask { try await http.run() }
            group.addTask { try await listener.run() }
            group.addTask { try await news.run() }
            let port = try await listener.port.wait()
            let gateway = TestGateway(
                port: port, hub: hub, devices: devices, time: time, settings: settings, directory: directory,
                sockets: counter)
            let result = try await body(gateway)
            group.cancelAll()
            return result
        }
    }
}
