import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.files.get`: one of these files with its text; one that is missing is no error.
package struct AgentsFilesGet: GatewayMethod {
    package static let name = "agents.files.get"
    package static let access = MethodAccess.read

    private let workspace: AgentWorkspace

    package init(workspace: AgentWorkspace) { self.workspace = workspace }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let agent = reader.requiredString("agentId")
        let name = reader.requiredString("name")
        try reader.finish(Self.name)
        let place = try workspace.place(agent)
        var result = place.json
        result["file"] = .object(try await workspace.read(name, place))
        return .object(result)
    }
}
