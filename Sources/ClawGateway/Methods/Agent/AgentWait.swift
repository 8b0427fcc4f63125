package import ClawAgent
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `agent.wait`: how a run ended, as soon as it has.
package struct AgentWait: GatewayMethod {
    package static let name = "agent.wait"
    package static let access = MethodAccess.write

    private let turns: TurnSupervisor

    package init(turns: TurnSupervisor) { self.turns = turns }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let run = reader.requiredString("runId")
        let timeout = reader.int("timeoutMs", minimum: 0) ?? 30_000
        try reader.finish(Self.name)
        var result: JSONObject = ["runId": .string(run)]
        switch await turns.wait(for: RunID(run), timeout: .milliseconds(timeout)) {
        case .finished(let startedAt, let endedAt):
            result["status"] = "ok"
            result["startedAt"] = .int64(startedAt)
            result["endedAt"] = .int64(endedAt)
        case .failed(let startedAt, let endedAt, let error):
            result["status"] = "error"
            result["startedAt"] = .int64(startedAt)
            result["endedAt"] = .int64(endedAt)
            result["error"] = .string(error)
        case .aborted(let startedAt, let endedAt, _):
            result["status"] = "timeout"
            result.set("startedAt", startedAt)
            result["endedAt"] = .int64(endedAt)
        case .unknown, .queued, .running: result["status"] = "timeout"
        }
        return .object(result)
    }
}
