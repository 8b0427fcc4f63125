import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agents.delete`: removes an agent and its bindings. Files that were made for it go to the trash of the state directory,
/// unless the caller wants them to stay (gateway-methods §4). The answer also says where they are now (`moved`), and what could
/// not be moved (`left`).
package struct AgentsDelete: GatewayMethod {
    package static let name = "agents.delete"
    package static let access = MethodAccess.admin

    private let retirement: AgentRetirement

    package init(retirement: AgentRetirement) { self.retirement = retirement }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let text = reader.requiredString("agentId")
        let files = reader.bool("deleteFiles") ?? true
        try reader.finish(Self.name)
        guard let agent = AgentID(normalizing: text) else { throw AgentListEdit.notFound(text) }
        let outcome = try await retirement.delete(agent, files: files)
        var answer: JSONObject = [
            "ok": true, "agentId": .string(agent.rawValue), "removedBindings": .int(outcome.bindings),
        ]
        if !outcome.moved.isEmpty { answer["moved"] = .strings(outcome.moved) }
        if !outcome.left.isEmpty {
            answer["left"] = .array(
                outcome.left.map { ["path": .string($0.path), "reason": .string($0.reason)] })
        }
        return .object(answer)
    }
}
