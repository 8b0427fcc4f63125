import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw qr`.
struct PairingCode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr", abstract: "Show the code by which a phone finds this Gateway and may ask to be let in.",
        discussion: """
            It holds the Gateway's address and its token or password: show it only to people who may know those. The phone \
            then asks to be let in; approve it with `openclaw devices approve`. A phone cannot reach 127.0.0.1: give the \
            address that it sees with --public-url, unless Tailscale shows the Gateway (gateway.tailscale.mode).
            """)

    @Flag(help: "The code of the Gateway that gateway.remote names.")
    var remote = false

    @Option(help: ArgumentHelp("The Gateway's address in the code.", valueName: "ws://…|wss://…"))
    var url: String?

    @Option(help: ArgumentHelp("The same, for an address that others see; it wins.", valueName: "https://…|wss://…"))
    var publicURL: String?

    @Option(help: "The token in the code.")
    var token: String?

    @Option(help: "The password in the code.")
    var password: String?

    @Flag(help: "Print only the code, to be pasted.")
    var setupCodeOnly = false

    @Flag(name: .customLong("no-ascii"), help: "Do not draw the QR image.")
    var hasNoImage = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if token != nil, password != nil { throw ValidationError("--token and --password exclude each other.") }
        if remote, url != nil || publicURL != nil {
            throw ValidationError("--remote takes its address from gateway.remote.url, not from an option.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let terminal = context.terminal
        var request = SetupCode.Request(
            isRemote: remote, address: publicURL ?? url, source: publicURL == nil ? "--url" : "--public-url",
            token: token, password: password)
        if request.address == nil, !remote,
            let tailscale = await StatusTailscale.look(try GatewayAccess(GatewayTarget.Options()), context)
        {
            request.address = tailscale.url
            request.source = "gateway.tailscale.mode=\(tailscale.mode.rawValue)"
            if let problem = tailscale.problem { terminal.note(TerminalText.clean("\(problem)", isOneLine: true)) }
        }
        let setup = try SetupCode.make(request, try Installation.load(context), context)
        let text = setup.text
        if json { return terminal.json(setup.json) }
        if setupCodeOnly { return terminal.line(text) }
        if !hasNoImage { try draw(text, terminal) }
        terminal.line("Setup code: \(text)")
        terminal.line("Gateway: \(TerminalText.clean(setup.url, isOneLine: true)) (from \(setup.urlSource))")
        terminal.line("Auth: \(setup.auth.rawValue)")
        if let fingerprint = setup.fingerprint { terminal.line("Certificate: \(fingerprint)") }
        terminal.line("Then let the device in: `openclaw devices list`, `openclaw devices approve`.")
        if setup.isLoopback {
            terminal.note("This address is this machine's own; a phone needs another one, given with --public-url.")
        }
    }

    private func draw(_ text: String, _ terminal: Terminal) throws {
        guard let code = QRCode(Array(text.utf8)) else {
            throw ClawError(.invalidRequest, "The setup code is too long for a QR image.", hint: "Use --no-ascii.")
        }
        let lines = code.text.split(separator: "\n")
        let width = lines.first?.count ?? 0
        if width > terminal.width {
            return terminal.note("The terminal is too narrow for the image, which takes \(width) columns.")
        }
        for line in lines { terminal.line(String(line)) }
        terminal.line()
    }
}

/// What a device needs to find a Gateway: base64 of `{url, token}` or `{url, password}`.
struct SetupCode: Sendable {
    enum Auth: String, Sendable {
        case token
        case password
    }

    struct Request: Sendable {
        var isRemote: Bool
        var address: String?
        /// The option or key that named `address`.
        var source: String
        var token: String?
        var password: String?
    }

    let url: String
    let urlSource: String
    let auth: Auth
    let secret: Redacted
    let isLoopback: Bool
    /// The certificate that the Gateway at `url` shows, as far as that is known. The code does not hold it.
    let fingerprint: String?

    /// Throws `ClawError` when there is no address or no secret, or when the address would send it readable over the network.
    static func make(
        _ request: Request, _ installation: Installation, _ context: CommandContext
    ) throws(ClawError) -> SetupCode {
        let configuration = installation.snapshot.value
        let isRemote = request.isRemote || configuration["gateway"]?["mode"]?.stringValue == "remote"
        let remote = configuration["gateway"]?["remote"]
        // Addresses of pages are those of the socket.
        let given = request.address.map {
            $0.hasPrefix("http") && $0.contains("://") ? "ws" + $0.dropFirst("http".count) : $0
        }
        if request.isRemote, remote?["url"]?.stringValue?.isEmpty != false {
            throw ClawError(
                .configInvalid, "gateway.remote.url is not set.",
                hint: "Run: openclaw config set gateway.remote.url wss://host:port")
        }
        let state = installation.location.stateDirectory
        let target: GatewayTarget
        var fingerprint: String?
        if let given {
            // The secret is this Gateway's own: the address only says how others reach it.
            let own = try GatewayTarget.resolve(
                GatewayTarget.Options(token: request.token, password: request.password),
                environment: context.environment, configuration: configuration, stateDirectory: state)
            let named = try GatewayTarget.resolve(
                GatewayTarget.Options(url: given, token: own.credentials.token?.reveal() ?? "-"),
                environment: context.environment, configuration: configuration)
            target = GatewayTarget(endpoint: named.endpoint, credentials: own.credentials, source: own.source)
            // Another address may be that of a proxy with a certificate of its own.
            if named.endpoint.port == own.endpoint.port { fingerprint = own.fingerprint }
        } else {
            var environment = context.environment
            if request.isRemote { environment["OPENCLAW_GATEWAY_URL"] = nil }
            var root = configuration.objectValue ?? [:]
            if request.isRemote {
                var gateway = root["gateway"]?.objectValue ?? [:]
                gateway["mode"] = "remote"
                root["gateway"] = .object(gateway)
            }
            target = try GatewayTarget.resolve(
                GatewayTarget.Options(token: request.token, password: request.password), environment: environment,
                configuration: .object(root), stateDirectory: state)
            fingerprint = target.fingerprint
        }
        let source =
            given != nil
            ? request.source
            : context.variable("OPENCLAW_GATEWAY_URL") != nil && !request.isRemote
                ? "OPENCLAW_GATEWAY_URL" : isRemote ? "gateway.remote.url" : "this machine"
        return try SetupCode(
            target, url: given ?? target.endpoint.description, source: source, fingerprint: fingerprint)
    }

    private init(
        _ target: GatewayTarget, url: String, source: String, fingerprint: String?
    ) throws(ClawError) {
        self.url = url
        self.fingerprint = target.endpoint.isEncrypted ? fingerprint : nil
        urlSource = source
        isLoopback = target.endpoint.isLoopback
        if let token = target.credentials.token {
            (auth, secret) = (.token, token)
        } else if let password = target.credentials.password {
            (auth, secret) = (.password, password)
        } else {
            throw ClawError(
                .unauthorized, "There is no token or password to put into the code.",
                hint: "Give it with --token, or run `openclaw doctor --fix`, which makes one.")
        }
    }

    var text: String {
        let object: JSONObject = ["url": .string(url), auth.rawValue: .string(secret.reveal())]
        return Base64.encode(Array(JSONValue.object(object).text.utf8))
    }

    var json: JSONValue {
        [
            "setupCode": .string(text), "gatewayUrl": .string(url), "auth": .string(auth.rawValue),
            "urlSource": .string(urlSource),
        ]
    }
}
