import ClawProtocol
import ClawStore
package import ClawSupport

/// What the Gateway tells every client about itself.
package struct GatewayFacts: Sendable {
    /// The version of the program, as `server.version`.
    package var version: String
    package var configPath: String
    package var stateDirectory: String
    /// `defaultAgentId`, `mainKey`, `mainSessionKey`, `scope`, as the configuration has them now.
    package var sessionDefaults: @Sendable () -> JSONObject

    package init(
        version: String, configPath: String, stateDirectory: String,
        sessionDefaults: @escaping @Sendable () -> JSONObject
    ) {
        self.version = version
        self.configPath = configPath
        self.stateDirectory = stateDirectory
        self.sessionDefaults = sessionDefaults
    }
}

/// What all connections share.
package final class ConnectionServices: Sendable {
    /// Requests of one connection that may wait for their answer at the same time.
    static let maxRunning = 64

    let methods: MethodTable
    let hub: EventHub
    let handshake: Handshake
    let runner: TaskRunner
    let metrics: GatewayMetrics
    let requests: RequestMetrics
    let time: any TimeSource
    let entropy: any Entropy
    /// Milliseconds from the opened socket to the accepted `connect`.
    let handshakeTimeout: Int
    /// Milliseconds that the other end has to answer a close frame.
    let closeGrace: Int
    /// Bytes that may wait for one client before it misses events or is closed.
    let bufferLimit: Int
    let httpPace: HTTPPace.Limits
    private let presence: PresenceRegistry
    private let presenceNews: PresenceNews
    private let health: HealthMonitor
    private let facts: GatewayFacts
    private let settings: Live<AccessSettings>
    private let startedAt: UInt64

    package init(
        methods: MethodTable, hub: EventHub, handshake: Handshake, runner: TaskRunner, presence: PresenceRegistry,
        health: HealthMonitor, context: Context
    ) {
        self.methods = methods
        self.hub = hub
        self.handshake = handshake
        self.runner = runner
        metrics = context.metrics
        requests = RequestMetrics(methods: methods.rows.map(\.name), context.metrics)
        self.presence = presence
        self.health = health
        facts = context.facts
        settings = context.settings
        presenceNews = context.presenceNews
        time = context.time
        entropy = context.entropy
        handshakeTimeout = context.handshakeTimeout
        closeGrace = context.closeGrace
        bufferLimit = context.bufferLimit
        httpPace = context.httpPace
        startedAt = context.time.monotonicNanoseconds
    }

    /// The values among what connections share.
    package struct Context: Sendable {
        package var facts: GatewayFacts
        package var settings: Live<AccessSettings>
        package var metrics: GatewayMetrics
        package var time: any TimeSource
        package var entropy: any Entropy
        package var presenceNews: PresenceNews
        package var handshakeTimeout = WireLimit.handshakeTimeout
        package var closeGrace = 1000
        package var bufferLimit = WireLimit.maxBufferedBytes
        package var httpPace = HTTPPace.Limits()

        package init(
            facts: GatewayFacts, settings: Live<AccessSettings>, metrics: GatewayMetrics,
            presenceNews: PresenceNews, time: any TimeSource, entropy: any Entropy
        ) {
            self.presenceNews = presenceNews
            self.facts = facts
            self.settings = settings
            self.metrics = metrics
            self.time = time
            self.entropy = entropy
        }
    }

    /// A client came in: it is present, and this is its hello.
    func arrived(_ client: ClientConnection, _ admission: HandshakeAdmission) -> HelloOk {
        if presence.connected(client) { hub.notePresenceChange() }
        var snapshot: JSONObject = [
            "presence": .array(presence.list), "health": health.snapshot(for: client),
            "stateVersion": hub.stateVersion.json,
            "uptimeMs": .int(Int((time.monotonicNanoseconds - startedAt) / 1_000_000)),
        ]
        // Where files lie is for administrators (attacks S53); clients take both as optional.
        if client.has(.admin) {
            snapshot["configPath"] = .string(facts.configPath)
            snapshot["stateDir"] = .string(facts.stateDirectory)
        }
        snapshot["sessionDefaults"] = .object(facts.sessionDefaults())
        snapshot["authMode"] = .string(settings.value.mode.rawValue)
        var hello = HelloOk(
            serverVersion: facts.version, connectionID: client.id, methods: methods.advertised, snapshot: snapshot)
        if let token = admission.token {
            hello.auth = HelloOk.Auth(
                deviceToken: token.token.reveal(), role: token.role, scopes: token.scopes, issuedAt: token.issuedAt)
        }
        return hello
    }

    /// The hello is on its way: what may take its time comes now.
    func welcomed(_ client: ClientConnection) { health.refreshSoon() }

    func departed(_ client: ClientConnection) {
        if presence.disconnected(client) {
            hub.notePresenceChange()
            presenceNews.changed()
        }
    }
}
