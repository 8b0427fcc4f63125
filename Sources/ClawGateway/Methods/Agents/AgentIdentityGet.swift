package import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agent.identity.get`: how an agent presents itself (gateway-methods §3).
package struct AgentIdentityGet: GatewayMethod {
    package static let name = "agent.identity.get"
    package static let access = MethodAccess.read

    private let configuration: Live<Configuration>

    package init(configuration: Live<Configuration>) { self.configuration = configuration }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let agentText = reader.string("agentId", minLength: 1)
        let keyText = reader.string("sessionKey")
        try reader.finish(Self.name)
        let configuration = configuration.value
        let agent = try agent(agentText, keyText, configuration)
        let identity = configuration.agents[agent].identity
        let name = identity.name ?? configuration.agents[agent].name ?? "Assistant"
        var result: JSONObject = ["agentId": .string(agent.rawValue), "name": .string(String(name.prefix(50)))]
        result["avatar"] = .string(identity.avatar.flatMap { AgentAvatar($0).shown } ?? identity.emoji ?? "A")
        result.set("emoji", identity.emoji)
        return .object(result)
    }

    private func agent(
        _ agentText: String?, _ keyText: String?, _ configuration: Configuration
    ) throws(ClawError) -> AgentID {
        let named = agentText.flatMap(AgentID.init(normalizing:))
        guard let keyText, !keyText.isEmpty else { return named ?? configuration.agents.defaultID }
        let resolver = SessionKeyResolver(
            defaultAgent: configuration.agents.defaultID, isGlobal: configuration.session.scope == .global)
        guard let key = resolver.resolve(keyText) else {
            throw ClawError(
                .invalidRequest, "invalid agent.identity.get params: malformed session key \"\(keyText)\"")
        }
        let owner = key.agent ?? configuration.agents.defaultID
        if let named, named != owner {
            throw ClawError(
                .invalidRequest,
                "invalid agent.identity.get params: agent \"\(named)\" does not match session key agent \"\(owner)\"")
        }
        return owner
    }
}
