import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.delete`: removes an agent and its bindings. Files that were made for it go to the trash of the state directory,
/// unless the caller wants them to stay (gateway-methods §4).
package struct AgentsDelete: GatewayMethod {
    package static let name = "agents.delete"
    package static let access = MethodAccess.admin

    private let workshop: AgentWorkshop

    package init(workshop: AgentWorkshop) { self.workshop = workshop }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let text = reader.requiredString("agentId")
        let files = reader.bool("deleteFiles") ?? true
        try reader.finish(Self.name)
        guard let agent = AgentID(normalizing: text) else { throw AgentListEdit.notFound(text) }
        let bindings = try await workshop.delete(agent, files: files)
        return ["ok": true, "agentId": .string(agent.rawValue), "removedBindings": .int(bindings)]
    }
}
