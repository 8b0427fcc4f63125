import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport

/// The way of a command to its Gateway.
struct GatewayAccess: Sendable {
    let installation: Installation
    let target: GatewayTarget
    private let options: GatewayTarget.Options
    /// Until the connection is accepted, and for each answer.
    var timeout: Duration
    let context: CommandContext

    init(_ rpc: RPCOptions) throws {
        try self.init(
            GatewayTarget.Options(url: rpc.url, token: rpc.token, password: rpc.password),
            timeout: .milliseconds(rpc.timeout))
    }

    /// Finds the Gateway and the credentials; connects to nothing yet.
    init(_ options: GatewayTarget.Options, timeout: Duration = .seconds(10)) throws {
        self.options = options
        self.timeout = timeout
        context = CommandContext.current
        installation = try Installation.load(context)
        target = try GatewayTarget.resolve(
            options, environment: context.environment, configuration: installation.snapshot.value,
            stateDirectory: installation.location.stateDirectory)
    }

    /// The way to the Gateway that `configuration` names, as if it were the file's and one variable were not set.
    init(configuration: JSONValue, without variable: String, installation: Installation) throws(ClawError) {
        options = GatewayTarget.Options()
        timeout = .seconds(10)
        context = CommandContext.current
        self.installation = installation
        var environment = context.environment
        environment[variable] = nil
        target = try GatewayTarget.resolve(
            options, environment: environment, configuration: configuration,
            stateDirectory: installation.location.stateDirectory)
    }

    /// Whether the Gateway is the one that uses the state directory of this installation.
    var isOnThisMachine: Bool {
        options.url == nil && target.endpoint.isLoopback
            && installation.snapshot.value["gateway"]?["mode"]?.stringValue != "remote"
    }

    /// The certificate that is accepted, for people to compare and to set as `gateway.remote.tlsFingerprint` elsewhere; nil where
    /// none is pinned.
    var fingerprint: String? { target.fingerprint }

    /// Connects with `scopes`, runs `body` and disconnects.
    func connect<Result>(
        scopes: [Scope], caps: [String] = [], _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        let target = try await proven()
        var options = try clientOptions(target, scopes, caps)
        do {
            guard let route = target.route else { return try await GatewayClient.withConnection(options, body) }
            // Somebody may have to type a passphrase first.
            if context.prompt.isInteractive { options.connectTimeout = max(timeout, .seconds(60)) }
            return try await route.withSocket(
                environment: context.environment, isInteractive: context.prompt.isInteractive
            ) { socket in
                options.connectedSocket = socket
                return try await GatewayClient.withConnection(options, body)
            }
        } catch let error as GatewayClientError {
            throw named(error, target.source)
        }
    }

    /// Connects with `scopes` and runs `body`, again whenever its connection was lost and there is a new one. Over SSH there is
    /// one connection only: another one might ask for a passphrase.
    func stayConnected<Result>(
        scopes: [Scope], caps: [String] = [], onChange: (Reconnection.Change) -> Void,
        _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        if target.route != nil { return try await connect(scopes: scopes, caps: caps, body) }
        let target = try await proven()
        let reconnection = Reconnection(try clientOptions(target, scopes, caps), entropy: context.entropy)
        do {
            return try await reconnection.run(onChange: onChange, body)
        } catch let error as GatewayClientError {
            throw named(error, target.source)
        }
    }

    private func clientOptions(
        _ target: GatewayTarget, _ scopes: [Scope], _ caps: [String]
    ) throws -> GatewayClientOptions {
        var options = GatewayClientOptions(
            endpoint: target.endpoint,
            client: ConnectParams.Client(
                id: "cli", version: ProductVersion.current, platform: ConnectParams.Client.currentPlatform, mode: "cli"),
            scopes: scopes, credentials: target.credentials, time: context.time)
        options.caps = caps
        options.connectTimeout = timeout
        options.requestTimeout = timeout
        try addIdentity(to: &options, hasSecret: target.source != .none)
        return options
    }

    /// The target with the secret that the configuration only refers to, where it has no other.
    private func proven() async throws -> GatewayTarget {
        if target.source != .none || options.url != nil { return target }
        let snapshot = installation.snapshot
        let secrets = await SecretResolution.take(snapshot, in: installation.location) { path in
            path?.components.first == .key("gateway")
        }
        for failure in secrets.failures { context.terminal.note(TerminalText.clean("\(failure)", isOneLine: true)) }
        return try GatewayTarget.resolve(
            options, environment: context.environment, configuration: snapshot.using(secrets.values).filled)
    }

    /// The device that this installation proves to be; nil when it has none yet.
    var ownDevice: String? {
        let file = DeviceIdentityFile(stateDirectory: installation.location.stateDirectory, time: context.time)
        // Without a device there is nothing to treat in another way.
        return (try? file.loadOrCreate())?.identity.deviceID
    }

    /// Calls one method.
    func call(_ method: String, _ params: JSONValue = .object([:]), scopes: [Scope]) async throws -> JSONValue {
        try await connect(scopes: scopes) { try await $0.request(method, params) }
    }

    private func addIdentity(to options: inout GatewayClientOptions, hasSecret: Bool) throws {
        let state = installation.location.stateDirectory
        do throws(FileError) {
            let loaded = try DeviceIdentityFile(stateDirectory: state, time: context.time).loadOrCreate()
            if let notice = loaded.notice { context.terminal.note(TerminalText.clean(notice)) }
            options.identity = loaded.identity
            // An address from the command line may be another Gateway; its token must not replace ours.
            if self.options.url == nil {
                options.tokenFile = DeviceTokenFile(stateDirectory: state, time: context.time)
            }
        } catch {
            // With a shared secret the Gateway lets an operator in without a device; without one nothing would work.
            if !hasSecret { throw error }
            context.terminal.note(TerminalText.clean("\(error) Connecting without a device identity."))
        }
    }

    /// Names the place of the secret that was wrong, since there may be several.
    private func named(_ error: GatewayClientError, _ source: GatewayTarget.Source) -> any Error {
        var result = error.clawError
        let isMismatch = ["AUTH_TOKEN_MISMATCH", "AUTH_PASSWORD_MISMATCH"].contains(error.refusalCode)
        if isMismatch, source != .none {
            result.message += " It came from \(source.rawValue)."
        }
        return result
    }
}
