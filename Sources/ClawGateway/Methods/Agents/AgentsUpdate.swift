import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.update`: changes what the configuration says of an agent (gateway-methods §4).
package struct AgentsUpdate: GatewayMethod {
    package static let name = "agents.update"
    package static let access = MethodAccess.admin

    private let workshop: AgentWorkshop

    package init(workshop: AgentWorkshop) { self.workshop = workshop }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        var fields = AgentFields()
        let text = reader.requiredString("agentId")
        fields.name = AgentFieldsReader.line("name", AgentFieldsReader.nameLimit, minLength: 1, &reader)
        fields.workspace = AgentFieldsReader.line("workspace", AgentFieldsReader.pathLimit, minLength: 1, &reader)
        fields.model = AgentFieldsReader.line("model", AgentFieldsReader.modelLimit, minLength: 1, &reader)
        fields.avatar = AgentFieldsReader.line("avatar", AgentFieldsReader.avatarLimit, &reader)
        try reader.finish(Self.name)
        guard let agent = AgentID(normalizing: text) else { throw AgentListEdit.notFound(text) }
        try await workshop.update(agent, fields)
        return ["ok": true, "agentId": .string(agent.rawValue)]
    }
}
