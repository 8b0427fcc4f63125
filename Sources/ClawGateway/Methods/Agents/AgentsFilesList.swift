import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.files.list`: the files of a workspace that make an agent what it is.
package struct AgentsFilesList: GatewayMethod {
    package static let name = "agents.files.list"
    package static let access = MethodAccess.read

    private let workspace: AgentWorkspace

    package init(workspace: AgentWorkspace) { self.workspace = workspace }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let agent = reader.requiredString("agentId")
        try reader.finish(Self.name)
        let place = try workspace.place(agent)
        var result = place.json
        result["files"] = .array(try await workspace.list(place))
        return .object(result)
    }
}
