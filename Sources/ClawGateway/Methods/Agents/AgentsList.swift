package import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.list`: the default agent first, the others by name (gateway-methods §4).
package struct AgentsList: GatewayMethod {
    package static let name = "agents.list"
    package static let access = MethodAccess.read

    private let configuration: Live<Configuration>

    package init(configuration: Live<Configuration>) { self.configuration = configuration }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        let configuration = configuration.value
        let first = configuration.agents.defaultID
        let others = configuration.agents.ids.filter { $0 != first }.sorted { $0.rawValue < $1.rawValue }
        return [
            "defaultId": .string(first.rawValue), "mainKey": "main",
            "scope": .string(configuration.session.scope.rawValue),
            "agents": .array(([first] + others).map { Self.json(configuration.agents[$0]) }),
        ]
    }

    private static func json(_ agent: AgentConfiguration) -> JSONValue {
        var object: JSONObject = ["id": .string(agent.id.rawValue)]
        object.set("name", agent.name)
        var identity = JSONObject()
        identity.set("name", agent.identity.name)
        identity.set("theme", agent.identity.theme)
        identity.set("emoji", agent.identity.emoji)
        identity.set("avatar", agent.identity.avatar)
        if let avatar = agent.identity.avatar, AgentAvatar(avatar).isAddress {
            identity["avatarUrl"] = .string(avatar)
        }
        if !identity.isEmpty { object["identity"] = .object(identity) }
        return .object(object)
    }
}

/// What a configured avatar is.
struct AgentAvatar {
    let text: String

    init(_ text: String) { self.text = text }

    /// Whether it is an address that a page can show as it is.
    var isAddress: Bool {
        ["http://", "https://", "data:image/"].contains { text.lowercased().hasPrefix($0) }
    }

    /// What can be shown without reading a file: an address, or a few characters such as an emoji.
    var shown: String? { isAddress ? String(text.prefix(200)) : text.count <= 4 && !text.isEmpty ? text : nil }
}
