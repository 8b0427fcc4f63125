import ClawCore
import ClawSupport

/// What no single key can tell: keys that need each other or shut each other out.
enum CrossCheck {
    static func run(
        _ value: JSONValue, _ configuration: Configuration, _ environment: [String: String],
        into check: inout ConfigCheck
    ) {
        gateway(configuration.gateway, environment, into: &check)
        if let fault = configuration.gateway.tailscaleFault {
            check.report(
                ConfigPath(fault.key.split(separator: ".").map { .key(String($0)) }), fault.message, fatal: true,
                fix: fault.fix)
        }
        certificate(value, configuration.gateway, into: &check)
        agents(value, configuration, into: &check)
        tools(configuration, into: &check)
        session(value, configuration, into: &check)
        placeholders(value, at: ConfigPath(), into: &check)
        SecretCheck.run(value, configuration.secrets, into: &check)
        for (name, section) in configuration.channels where name != "defaults" && name != "modelByChannel" {
            ChannelCheck.run(name, section, into: &check)
        }
    }

    private static func path(_ keys: String...) -> ConfigPath { ConfigPath(keys.map { .key($0) }) }

    private static func gateway(
        _ gateway: GatewayConfiguration, _ environment: [String: String], into check: inout ConfigCheck
    ) {
        if gateway.bind == .custom, gateway.customBindHost == nil {
            check.report(
                path("gateway", "customBindHost"), "It is missing, and gateway.bind is custom.", fatal: true,
                fix: "Set it to the address to serve, for example 192.168.1.10.")
        }
        let isLocal = gateway.servesThisMachineOnly
        switch gateway.auth.mode {
        case GatewayConfiguration.AuthMode.none? where !isLocal:
            check.report(
                path("gateway", "auth", "mode"),
                "Mode none would let everybody in, since gateway.bind \(gateway.bind.rawValue) serves other machines too.",
                allowed: ["token", "password", "trusted-proxy"], fatal: true,
                fix: "Set gateway.auth.mode to token, or gateway.bind to loopback.")
        case .password where gateway.auth.password == nil && environment["OPENCLAW_GATEWAY_PASSWORD"] == nil:
            check.report(
                path("gateway", "auth", "password"), "It is missing, and gateway.auth.mode is password.", fatal: true,
                fix: "Set it, or the environment variable OPENCLAW_GATEWAY_PASSWORD.")
        case .password where gateway.auth.password.map { $0.value == nil && $0.variable != nil } == true:
            check.report(
                path("gateway", "auth", "password"),
                "The environment variable \(gateway.auth.password?.variable ?? "") that it names is not set.",
                fatal: true,
                fix: "Set the variable.")
        case .trustedProxy where gateway.auth.trustedProxy == nil:
            check.report(
                path("gateway", "auth", "trustedProxy", "userHeader"),
                "It is missing, and gateway.auth.mode is trusted-proxy.", fatal: true,
                fix: "Set it to the header in which the proxy names the user, for example X-Forwarded-User.")
        case .trustedProxy where gateway.trustedProxies.isEmpty:
            check.report(
                path("gateway", "trustedProxies"), "It is empty, and gateway.auth.mode is trusted-proxy.", fatal: true,
                fix: "List the addresses of the proxy.")
        case .trustedProxy where gateway.believesThisMachine:
            check.report(
                path("gateway", "auth", "trustedProxy", "secret"),
                "It is missing, and gateway.trustedProxies holds this machine: any program on it could name itself any user.",
                fatal: true,
                fix: "Set it to a long random text, and let the proxy send it in the header X-OpenClaw-Proxy-Secret.")
        default: break
        }
    }

    /// TLS that is asked for and cannot be had must not become plain text.
    private static func certificate(
        _ value: JSONValue, _ gateway: GatewayConfiguration, into check: inout ConfigCheck
    ) {
        guard value["gateway"]?["tls"]?["enabled"] == true, gateway.tls == nil else { return }
        let hasCertificate = value["gateway"]?["tls"]?["certPath"]?.stringValue?.isEmpty == false
        let hasKey = value["gateway"]?["tls"]?["keyPath"]?.stringValue?.isEmpty == false
        check.report(
            path("gateway", "tls", hasCertificate ? "keyPath" : "certPath"),
            hasCertificate || hasKey
                ? "It is missing: a certificate and its key belong together."
                : "It is missing, and gateway.tls.autoGenerate is false.", fatal: true,
            fix:
                "Set both gateway.tls.certPath and gateway.tls.keyPath to PEM files, or neither: then the Gateway makes "
                + "them, unless gateway.tls.autoGenerate is false."
        )
    }

    private static func agents(_ value: JSONValue, _ configuration: Configuration, into check: inout ConfigCheck) {
        let list = ConfigPath([.key("agents"), .key("list")])
        var ids: Set<AgentID> = []
        var directories: [String: AgentID] = [:]
        for (index, entry) in (value["agents"]?["list"]?.arrayValue ?? []).enumerated() {
            let place = list.appending(index: index)
            guard let text = entry["id"]?.stringValue else { continue }
            guard let id = AgentID(normalizing: text) else {
                check.report(
                    place.appending("id"), "It holds no letter or digit.", fatal: true, fix: "Use letters and digits.")
                continue
            }
            if id.rawValue != text.lowercased() {
                check.report(place.appending("id"), "It is read as \(id).", fatal: false, fix: "Write \(id).")
            }
            if !ids.insert(id).inserted {
                check.report(
                    place.appending("id"), "There are two agents \(id).", fatal: true, fix: "Give each its own id.")
            }
            if let directory = entry["agentDir"]?.stringValue,
                let other = directories.updateValue(id, forKey: directory)
            {
                check.report(
                    place.appending("agentDir"), "The agents \(other) and \(id) would share their keys and sessions.",
                    fatal: true, fix: "Give each its own directory, or remove the key.")
            }
        }
        let known = Set(configuration.agents.ids)
        for (index, binding) in configuration.bindings.enumerated() where !known.contains(binding.agent) {
            check.report(
                ConfigPath([.key("bindings"), .index(index), .key("agentId")]),
                "There is no agent \(binding.agent); the default agent answers.", fatal: false,
                fix: "The agents are: \(configuration.agents.ids.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    private static func tools(_ configuration: Configuration, into check: inout ConfigCheck) {
        func compare(_ tools: ToolsConfiguration, at place: ConfigPath) {
            if tools.allow?.isEmpty == false, tools.alsoAllow?.isEmpty == false {
                check.report(
                    place.appending("alsoAllow"), "allow and alsoAllow exclude each other.", fatal: true,
                    fix: "Put all tools into allow, or use profile with alsoAllow.")
            }
        }
        compare(configuration.tools, at: path("tools"))
        for (index, agent) in configuration.agents.list.enumerated() {
            compare(agent.tools, at: ConfigPath([.key("agents"), .key("list"), .index(index), .key("tools")]))
        }
    }

    private static func session(_ value: JSONValue, _ configuration: Configuration, into check: inout ConfigCheck) {
        if let key = value["session"]?["mainKey"]?.stringValue, key != "main" {
            check.report(
                path("session", "mainKey"), "The main session is always called main.", fatal: false, fix: "Remove it.")
        }
        let blocks = configuration.agents.defaults.blockStreaming
        if blocks.minChars > blocks.maxChars {
            check.report(
                path("agents", "defaults", "blockStreamingChunk"), "minChars is larger than maxChars.", fatal: false,
                fix: "Exchange them.")
        }
    }

    /// Finds the text that stands for a secret where configurations are shown: it was pasted back.
    private static func placeholders(_ value: JSONValue, at place: ConfigPath, into check: inout ConfigCheck) {
        switch value {
        case .string(ConfigRedaction.sentinel):
            check.report(
                place, "It holds the placeholder that hides a secret where the configuration is shown.", fatal: true,
                fix: "Put the secret itself here.")
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                placeholders(element, at: place.appending(index: index), into: &check)
            }
        case .object(let object):
            for (key, member) in object { placeholders(member, at: place.appending(key), into: &check) }
        default: break
        }
    }
}
