package import ClawSupport

/// `gateway`: where the Gateway listens and who may come in.
package struct GatewayConfiguration: Sendable {
    package enum Mode: String, Sendable, Hashable {
        case local
        case remote
    }

    package enum Bind: String, Sendable, Hashable {
        case auto
        case loopback
        case lan
        case tailnet
        case custom
    }

    package enum AuthMode: String, Sendable, Hashable {
        case none
        case token
        case password
        case trustedProxy = "trusted-proxy"
    }

    package struct Auth: Sendable {
        /// Nil when the file does not say.
        package var mode: AuthMode?
        package var token: Redacted?
        package var password: ConfigSecret?
        package var rateLimit: RateLimit
        /// Nil when no user header is named.
        package var trustedProxy: TrustedProxy?
        /// Whether users of the tailnet need no secret; nil when the file does not say.
        package var allowTailscale: Bool?

        /// The mode that holds: what the file says, else `password` when only a password is set, else `token`.
        package var effectiveMode: AuthMode { mode ?? (token == nil && password?.value != nil ? .password : .token) }
    }

    package struct RateLimit: Sendable, Hashable {
        package var maxAttempts: Int
        package var window: Duration
        package var lockout: Duration
        package var exemptLoopback: Bool
    }

    /// How Tailscale shows the Gateway to others.
    package struct Tailscale: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable, CaseIterable {
            case off
            /// To the tailnet.
            case serve
            /// To the internet.
            case funnel
        }

        package var mode: Mode
        package var resetOnExit: Bool
    }

    package struct TrustedProxy: Sendable {
        package var userHeader: String
        package var requiredHeaders: [String]
        /// Empty lets in every user that the proxy names.
        package var allowUsers: [String]
        /// What the proxy shows to prove itself.
        package var secret: ConfigSecret?
    }

    package struct ControlUI: Sendable, Hashable {
        package var isEnabled: Bool
        /// Starts with `/` and ends without one, unless it is `/`.
        package var basePath: String
        package var root: String?
        package var allowedOrigins: [String]
        package var allowInsecureAuth: Bool
        package var dangerouslyAllowHostHeaderOriginFallback: Bool
        package var dangerouslyDisableDeviceAuth: Bool
    }

    /// The certificate of the port.
    package struct TLS: Sendable, Hashable {
        package enum Source: Sendable, Hashable {
            /// PEM files that somebody else made.
            case files(certificate: String, key: String)
            /// The Gateway makes it for itself.
            case generated
        }

        package var source: Source
        /// Certificates between that of the port and the authority that clients know, a PEM file.
        package var chainPath: String?
    }

    /// The interface for programs over HTTP.
    package struct HTTP: Sendable, Hashable {
        package var servesChatCompletions: Bool
        package var responses: Responses
        /// The value of `Strict-Transport-Security`; nil for none.
        package var strictTransportSecurity: String?
        /// Tools that HTTP callers do not get, besides those that none gets.
        package var deniedTools: [String]
        /// Tools that they get although none does.
        package var allowedTools: [String]
    }

    /// `POST /v1/responses` and what may be sent to it.
    package struct Responses: Sendable, Hashable {
        package var isEnabled: Bool
        /// The most bytes of a body.
        package var bodyLimit: Int
        /// Media types in lower case.
        package var fileTypes: [String]
        package var fileByteLimit: Int
        /// As much of a file's text as the model reads.
        package var fileCharacterLimit: Int
        /// As many pages of a PDF file as the model reads.
        package var pageLimit: Int
        package var imageTypes: [String]
        package var imageByteLimit: Int
        /// The most parts of a request that are addresses.
        package var addressLimit: Int
        package var fileAddresses: Addresses
        package var imageAddresses: Addresses

        /// What is fetched when a request names an address instead of the data.
        package struct Addresses: Sendable, Hashable {
            package var areAllowed: Bool
            /// Names of hosts, `*.` before a name for all below it; empty for every public host.
            package var hosts: [String]
            package var redirectLimit: Int
            package var timeout: Duration

            package init(
                areAllowed: Bool, hosts: [String] = [], redirectLimit: Int = 3, timeout: Duration = .seconds(10)
            ) {
                self.areAllowed = areAllowed
                self.hosts = hosts
                self.redirectLimit = redirectLimit
                self.timeout = timeout
            }
        }
    }

    package struct Reload: Sendable, Hashable {
        package var mode: ReloadMode
        /// How long a changed file is left alone before it is read.
        package var debounce: Duration
    }

    package var mode: Mode?
    package var port: Int
    package var bind: Bind
    package var customBindHost: String?
    package var auth: Auth
    package var trustedProxies: [String]
    package var allowRealIPFallback: Bool
    package var tailscale: Tailscale
    package var controlUI: ControlUI
    package var http: HTTP
    package var reload: Reload
    /// Nil for plain text, and when there is no certificate to use, which the check refuses.
    package var tls: TLS?

    init(_ reader: ConfigReader, _ sources: SecretSources) {
        mode = reader.choice("mode")
        port = reader.int("port")
        bind = reader.choice("bind") ?? .loopback
        customBindHost = reader.string("customBindHost")
        trustedProxies = reader.strings("trustedProxies")
        allowRealIPFallback = reader.bool("allowRealIpFallback")
        tailscale = Tailscale(
            mode: reader.section("tailscale").choice("mode") ?? .off,
            resetOnExit: reader.section("tailscale").bool("resetOnExit"))
        auth = Self.auth(reader.section("auth"), sources)
        controlUI = Self.controlUI(reader.section("controlUi"))
        let reload = reader.section("reload")
        self.reload = Reload(mode: reload.choice("mode") ?? .hybrid, debounce: reload.milliseconds("debounceMs"))
        tls = TLS(reader.section("tls"))
        let endpoints = reader.section("http").section("endpoints")
        let tools = reader.section("tools")
        http = HTTP(
            servesChatCompletions: endpoints.section("chatCompletions").bool("enabled"),
            responses: Responses(endpoints.section("responses")),
            strictTransportSecurity: reader.section("http").section("securityHeaders").string(
                "strictTransportSecurity"),
            deniedTools: tools.strings("deny"), allowedTools: tools.strings("allow"))
    }

    private static func auth(_ reader: ConfigReader, _ sources: SecretSources) -> Auth {
        let limit = reader.section("rateLimit")
        let proxy = reader.section("trustedProxy")
        return Auth(
            mode: reader.choice("mode"), token: reader.string("token").map { Redacted($0) },
            password: ConfigSecret(reader.object["password"], sources),
            rateLimit: RateLimit(
                maxAttempts: limit.int("maxAttempts"), window: limit.milliseconds("windowMs"),
                lockout: limit.milliseconds("lockoutMs"), exemptLoopback: limit.bool("exemptLoopback")),
            trustedProxy: proxy.string("userHeader").map {
                TrustedProxy(
                    userHeader: $0, requiredHeaders: proxy.strings("requiredHeaders"),
                    allowUsers: proxy.strings("allowUsers"),
                    secret: ConfigSecret(proxy.object["secret"], sources))
            }, allowTailscale: reader.optionalBool("allowTailscale"))
    }

    private static func controlUI(_ reader: ConfigReader) -> ControlUI {
        let parts = (reader.string("basePath") ?? "/").split(separator: "/")
        return ControlUI(
            isEnabled: reader.bool("enabled"), basePath: "/" + parts.joined(separator: "/"),
            root: reader.string("root"),
            allowedOrigins: reader.strings("allowedOrigins"), allowInsecureAuth: reader.bool("allowInsecureAuth"),
            dangerouslyAllowHostHeaderOriginFallback: reader.bool("dangerouslyAllowHostHeaderOriginFallback"),
            dangerouslyDisableDeviceAuth: reader.bool("dangerouslyDisableDeviceAuth"))
    }
}

extension GatewayConfiguration.Responses {
    init(_ reader: ConfigReader) {
        let files = reader.section("files")
        let images = reader.section("images")
        let fileLimit = files.int("maxBytes")
        let imageLimit = images.int("maxBytes")
        self.init(
            isEnabled: reader.bool("enabled"),
            bodyLimit: reader.optionalInt("maxBodyBytes") ?? max(20 << 20, 2 * fileLimit, 2 * imageLimit),
            fileTypes: files.strings("allowedMimes").map { $0.lowercased() }, fileByteLimit: fileLimit,
            fileCharacterLimit: files.int("maxChars"), pageLimit: files.section("pdf").int("maxPages"),
            imageTypes: images.strings("allowedMimes").map { $0.lowercased() }, imageByteLimit: imageLimit,
            addressLimit: reader.int("maxUrlParts"), fileAddresses: Addresses(files), imageAddresses: Addresses(images))
    }
}

extension GatewayConfiguration.Responses.Addresses {
    fileprivate init(_ reader: ConfigReader) {
        self.init(
            areAllowed: reader.bool("allowUrl"), hosts: reader.strings("urlAllowlist"),
            redirectLimit: reader.int("maxRedirects"), timeout: reader.milliseconds("timeoutMs"))
    }
}
