import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.files.set`: writes one of these files, whole or not at all.
package struct AgentsFilesSet: GatewayMethod {
    package static let name = "agents.files.set"
    package static let access = MethodAccess.admin

    private let workspace: AgentWorkspace

    package init(workspace: AgentWorkspace) { self.workspace = workspace }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let agent = reader.requiredString("agentId")
        let name = reader.requiredString("name")
        let content = reader.requiredString("content", minLength: 0)
        try reader.finish(Self.name)
        let place = try workspace.place(agent)
        let file = try await workspace.write(content, to: name, place)
        return .object(
            [
                "ok": true, "agentId": .string(place.agent.rawValue), "workspace": .string(place.path),
                "file": .object(file),
            ])
    }
}
