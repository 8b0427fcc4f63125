package import ClawClient
import ClawConfig
package import ClawCore
package import ClawSupport

/// Which Gateway a command talks to, and what it proves itself with: from options, environment and configuration.
package struct GatewayTarget: Sendable {
    /// Where the token or password came from, so that a refusal can name the place to look at.
    package enum Source: String, Sendable, Hashable {
        case option = "the command line"
        case environment = "the environment"
        case configuration = "the configuration"
        case none = "nowhere"
    }

    package var endpoint: GatewayEndpoint
    package var credentials: GatewayCredentials
    package var source: Source
    /// Over which machine the way goes; nil connects to `endpoint` from here.
    package var route: SSHRoute?

    /// Where it is, for people.
    package var words: String {
        route.map { "\(endpoint) over ssh \($0.destination)" } ?? endpoint.description
    }

    /// The certificate that alone is accepted; nil where none is pinned.
    package var fingerprint: String? { endpoint.pinnedFingerprint.map { "sha256:\($0)" } }

    /// What the person gave with the command.
    package struct Options: Sendable {
        package var url: String?
        package var token: String?
        package var password: String?

        package init(url: String? = nil, token: String? = nil, password: String? = nil) {
            self.url = url
            self.token = token
            self.password = password
        }
    }

    /// `configuration` is the resolved value of `openclaw.json`, `stateDirectory` the place where the certificate may lie that the
    /// Gateway of this machine makes for itself. An address on the command line takes no secret from elsewhere: it could be
    /// anybody's.
    package static func resolve(
        _ options: Options, environment: [String: String], configuration: JSONValue, stateDirectory: String? = nil
    ) throws(ClawError) -> GatewayTarget {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let allowsInsecure = variable("OPENCLAW_ALLOW_INSECURE_PRIVATE_WS") == "1"
        let remote = configuration["gateway"]?["remote"]
        let gateway = configuration["gateway"]
        let local = localEndpoint(gateway, port: variable("OPENCLAW_GATEWAY_PORT").flatMap { Int($0) }, stateDirectory)
        if let url = options.url {
            if options.token == nil, options.password == nil {
                throw ClawError(
                    .invalidRequest, "--url takes no token or password from the configuration or the environment.",
                    hint: "Give it with --token or --password.")
            }
            var endpoint = try endpoint(url, nil, allowsInsecure)
            if endpoint.isSamePlace(as: local) { endpoint.pinnedFingerprint = local.pinnedFingerprint }
            return GatewayTarget(
                endpoint: endpoint, credentials: credentials(options.token, options.password), source: .option)
        }
        let isRemote = gateway?["mode"]?.stringValue == "remote"
        var endpoint: GatewayEndpoint
        var route: SSHRoute?
        if let url = variable("OPENCLAW_GATEWAY_URL") {
            endpoint = try Self.endpoint(url, nil, allowsInsecure)
            if !isRemote, endpoint.isSamePlace(as: local) { endpoint.pinnedFingerprint = local.pinnedFingerprint }
        } else if isRemote, let tunnelled = try tunnelled(remote) {
            (endpoint, route) = tunnelled
        } else if isRemote, let url = remote?["url"]?.stringValue, !url.isEmpty {
            endpoint = try Self.endpoint(url, remote?["tlsFingerprint"]?.stringValue, allowsInsecure)
        } else {
            endpoint = local
        }
        // The secret of the Gateway on this machine is for no other. Behind a proxy it has none, and the device's token counts.
        let hasNoSecret = gateway?["auth"]?["mode"]?.stringValue == "trusted-proxy"
        let auth = isRemote || !endpoint.isLoopback || hasNoSecret ? nil : gateway?["auth"]
        let candidates: [(Source, String?, String?)] = [
            (.option, options.token, options.password),
            (.environment, variable("OPENCLAW_GATEWAY_TOKEN"), variable("OPENCLAW_GATEWAY_PASSWORD")),
            (.configuration, text(auth?["token"]), text(auth?["password"])),
            (.configuration, text(remote?["token"]), text(remote?["password"])),
        ]
        for (source, token, password) in candidates where token != nil || password != nil {
            return GatewayTarget(
                endpoint: endpoint, credentials: credentials(token, password), source: source, route: route)
        }
        return GatewayTarget(endpoint: endpoint, credentials: GatewayCredentials(), source: .none, route: route)
    }

    /// The way by `gateway.remote.sshTarget`; nil when the settings name none.
    private static func tunnelled(_ remote: JSONValue?) throws(ClawError) -> (GatewayEndpoint, SSHRoute)? {
        let transport = text(remote?["transport"])
        guard let target = text(remote?["sshTarget"]) else {
            if transport == "ssh" {
                throw ClawError(
                    .configInvalid, "gateway.remote.transport is ssh, and gateway.remote.sshTarget is not set.",
                    hint: "Set it to user@host, or set gateway.remote.transport to direct.")
            }
            return nil
        }
        let url = text(remote?["url"])
        // What is read of the address is the port and TLS; over there it is this machine.
        let endpoint =
            if let url {
                try endpoint(url, text(remote?["tlsFingerprint"]), true)
            } else {
                GatewayEndpoint(localPort: GatewayEndpoint.defaultPort)
            }
        if transport == "direct" || transport == nil && !endpoint.isLoopback { return nil }
        let route = try SSHRoute(
            target, identity: text(remote?["sshIdentity"]), gatewayPort: endpoint.port,
            source: "gateway.remote.sshTarget")
        return (endpoint.onThisMachine, route)
    }

    /// The Gateway of this machine, with its certificate when it has one.
    private static func localEndpoint(
        _ gateway: JSONValue?, port: Int?, _ stateDirectory: String?
    ) -> GatewayEndpoint {
        var endpoint = GatewayEndpoint(
            localPort: port ?? gateway?["port"]?.intValue ?? GatewayEndpoint.defaultPort,
            isEncrypted: gateway?["tls"]?["enabled"]?.boolValue == true)
        if endpoint.isEncrypted {
            let certificate =
                text(gateway?["tls"]?["certPath"])
                ?? stateDirectory.map(GatewayConfiguration.TLS.generatedCertificatePath)
            endpoint.pinnedFingerprint = certificate.flatMap(CertificateFile.fingerprint)
        }
        return endpoint
    }

    private static func credentials(_ token: String?, _ password: String?) -> GatewayCredentials {
        GatewayCredentials(token: token.map { Redacted($0) }, password: password.map { Redacted($0) })
    }

    private static func text(_ value: JSONValue?) -> String? {
        value?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func endpoint(
        _ url: String, _ fingerprint: String?, _ allowsInsecure: Bool
    ) throws(ClawError) -> GatewayEndpoint {
        do throws(GatewayEndpoint.Fault) {
            return try GatewayEndpoint(url: url, fingerprint: fingerprint, allowsInsecurePrivate: allowsInsecure)
        } catch {
            switch error {
            case .malformed(let text):
                throw ClawError(
                    .invalidRequest, "\"\(text)\" is no address of a Gateway.",
                    hint: "Write ws://127.0.0.1:18789 or wss://host:port.")
            case .insecure(let text):
                throw ClawError(
                    .forbidden, "\(text) would send secrets readable over the network.",
                    hint: "Use wss://, or an SSH tunnel to ws://127.0.0.1. For a private IP address that you trust, "
                        + "OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1 allows it.")
            case .malformedFingerprint(let text):
                throw ClawError(
                    .configInvalid, "gateway.remote.tlsFingerprint \"\(text)\" is no SHA-256 fingerprint.",
                    hint: "Write 64 hexadecimal digits, with or without colons.")
            }
        }
    }
}
