package import ClawAgent
package import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `tools.catalog`: the tools that there are, by group, and the profiles that hold them (gateway-methods §9).
package struct ToolsCatalog: GatewayMethod {
    package static let name = "tools.catalog"
    package static let access = MethodAccess.read

    private let configuration: Live<Configuration>
    private let table: ToolTable

    package init(configuration: Live<Configuration>, table: ToolTable) {
        self.configuration = configuration
        self.table = table
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let text = reader.string("agentId", minLength: 1)
        _ = reader.bool("includePlugins")
        try reader.finish(Self.name)
        let agents = configuration.value.agents
        var agent = agents.defaultID
        if let text {
            guard let named = AgentID(normalizing: text), agents.ids.contains(named) else {
                throw ClawError(.invalidRequest, "unknown agent id \"\(text.prefix(64))\"")
            }
            agent = named
        }
        let definitions = table.tools.map(\.definition)
        let groups = ToolPolicy.groupLabels.compactMap { group, label -> JSONValue? in
            let tools = definitions.filter { $0.group == group }
            if tools.isEmpty { return nil }
            return [
                "id": .string(group), "label": .string(label), "source": "core", "tools": .array(tools.map(Self.json)),
            ]
        }
        return [
            "agentId": .string(agent.rawValue),
            "profiles": .array(
                ToolPolicy.Profile.allCases.map { profile in
                    let name = profile.rawValue
                    return ["id": .string(name), "label": .string(name.prefix(1).uppercased() + name.dropFirst())]
                }),
            "groups": .array(groups),
        ]
    }

    private static func json(_ tool: ToolDefinition) -> JSONValue {
        // Every tool is in the full one, which is therefore not named.
        let profiles = ToolPolicy.Profile.allCases.filter { profile in
            profile != .full && ToolPolicy(profile: profile).objection(to: tool.name, senderIsOwner: true) == nil
        }
        return [
            "id": .string(tool.name), "label": .string(tool.name), "description": .string(tool.summary),
            "source": "core", "defaultProfiles": .strings(profiles.map(\.rawValue)),
        ]
    }
}
