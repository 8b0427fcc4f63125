package import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `agent.identity.get`: how an agent presents itself: what the configuration says, else what stands in its `IDENTITY.md`
/// (gateway-methods §3).
package struct AgentIdentityGet: GatewayMethod {
    package static let name = "agent.identity.get"
    package static let access = MethodAccess.read

    private let configuration: Live<Configuration>
    private let location: ConfigLocation
    private let files: WorkspaceFiles

    package init(
        configuration: Live<Configuration>, location: ConfigLocation, files: WorkspaceFiles = WorkspaceFiles()
    ) {
        self.configuration = configuration
        self.location = location
        self.files = files
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let agentText = reader.string("agentId", minLength: 1)
        let keyText = reader.string("sessionKey")
        try reader.finish(Self.name)
        let configuration = configuration.value
        let agent = try agent(agentText, keyText, configuration)
        let identity = configuration.agents[agent].identity
        let own = await own(configuration.agents.workspace(of: agent, in: location))
        let name = identity.name ?? own.name ?? configuration.agents[agent].name ?? "Assistant"
        let emoji = identity.emoji ?? own.emoji.map { String($0.prefix(Self.emojiLimit)) }
        // What cannot be shown without reading a file counts as none.
        let avatar = [identity.avatar, identity.emoji, own.avatar, own.emoji].lazy.compactMap(\.self)
            .compactMap { AgentAvatar($0).shown }.first
        var result: JSONObject = ["agentId": .string(agent.rawValue), "name": .string(String(name.prefix(50)))]
        result["avatar"] = .string(avatar ?? "A")
        result.set("emoji", emoji)
        return .object(result)
    }

    private static let emojiLimit = 16

    /// What the agent says of itself. A file that cannot be read says nothing: then the agent has no name of its own.
    private func own(_ workspace: String) async -> IdentityText {
        let file = try? await files.read("IDENTITY.md", in: workspace)
        return IdentityText(file?.content ?? "")
    }

    private func agent(
        _ agentText: String?, _ keyText: String?, _ configuration: Configuration
    ) throws(ClawError) -> AgentID {
        let named = agentText.flatMap(AgentID.init(normalizing:))
        guard let keyText, !keyText.isEmpty else { return named ?? configuration.agents.defaultID }
        let resolver = SessionKeyResolver(rules: RoutingRules(configuration))
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
