import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// What the onboarding will write, all of it decided before anything is written.
struct OnboardingPlan: Sendable {
    /// A server of the person's own.
    struct Server: Sendable, Hashable {
        var provider: String
        var baseURL: String
        /// As in `models.providers.<id>.api`.
        var api: String
        var models: [String]
    }

    /// A key that goes into `auth-profiles.json`.
    struct Key: Sendable {
        var provider: String
        var kind: AuthProfiles.Kind
        var secret: Redacted
        /// Nil for `<provider>:default`.
        var profile: String?
        /// Milliseconds since 1970; nil when it does not end.
        var expires: Int64?
    }

    /// A Gateway on another machine.
    struct Remote: Sendable {
        var url: String
        var token: Redacted?
    }

    var choice: AuthChoice = .skip
    var workspace: String?
    var port: Int?
    var bind: String?
    var authMode: String?
    var tailscale: String?
    var resetsTailscaleOnExit = false
    var token: Redacted?
    var password: Redacted?
    var server: Server?
    var key: Key?
    /// `provider/model`.
    var model: String?
    var remote: Remote?
    /// Whether the Gateway of this machine is set up.
    var setsGateway = true

    /// The changes of the configuration, in the order in which they are made. What `present` says of the same server stays.
    func changes(to present: JSONValue) -> [ConfigEditor.Change] {
        var changes: [ConfigEditor.Change] = []
        func set(_ path: String, _ value: JSONValue?) {
            if let value { changes.append(.set(path, value)) }
        }
        if let remote {
            set("gateway.mode", "remote")
            set("gateway.remote.url", .string(remote.url))
            set("gateway.remote.token", remote.token.map { .string($0.reveal()) })
            return changes
        }
        if setsGateway { set("gateway.mode", "local") }
        set("gateway.port", port.map { .int($0) })
        set("gateway.bind", bind.map { .string($0) })
        set("gateway.tailscale.mode", tailscale.map { .string($0) })
        if resetsTailscaleOnExit { set("gateway.tailscale.resetOnExit", true) }
        set("gateway.auth.mode", authMode.map { .string($0) })
        set("gateway.auth.token", token.map { .string($0.reveal()) })
        set("gateway.auth.password", password.map { .string($0.reveal()) })
        set("agents.defaults.workspace", workspace.map { .string($0) })
        if let server {
            let path = ConfigPath([.key("models"), .key("providers"), .key(server.provider)])
            let known = present["models"]?["providers"]?[server.provider]
            set(path.appending("baseUrl").description, .string(server.baseURL))
            set(path.appending("api").description, .string(server.api))
            let listed = known?["models"]?.arrayValue ?? []
            let added = server.models.filter { name in !listed.contains { $0["id"]?.stringValue == name } }
            for (index, name) in added.enumerated() {
                set(
                    path.appending("models").appending(index: listed.count + index).description,
                    ["id": .string(name), "name": .string(name)])
            }
        }
        return changes
    }
}
