import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.create`: an agent more, with its folders and first files. Its id is made of its name (gateway-methods §4).
package struct AgentsCreate: GatewayMethod {
    package static let name = "agents.create"
    package static let access = MethodAccess.admin

    private let workshop: AgentWorkshop

    package init(workshop: AgentWorkshop) { self.workshop = workshop }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        var fields = AgentFields()
        let name = AgentFieldsReader.requiredLine("name", AgentFieldsReader.nameLimit, &reader)
        fields.name = name
        fields.workspace = AgentFieldsReader.requiredLine("workspace", AgentFieldsReader.pathLimit, &reader)
        fields.emoji = AgentFieldsReader.line("emoji", AgentFieldsReader.emojiLimit, &reader)
        fields.avatar = AgentFieldsReader.line("avatar", AgentFieldsReader.avatarLimit, &reader)
        try reader.finish(Self.name)
        guard let agent = AgentID(normalizing: name) else {
            throw ClawError(
                .invalidRequest, "invalid agents.create params: no agent id can be made of the name \"\(name)\"",
                hint: "Use a name with at least one letter from a to z or one digit.")
        }
        let workspace = try await workshop.create(agent, fields)
        return [
            "ok": true, "agentId": .string(agent.rawValue), "name": .string(name), "workspace": .string(workspace),
        ]
    }
}
