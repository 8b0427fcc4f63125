package import ClawAgent
import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `agent.wait`: how a run ended, as soon as it has.
package struct AgentWait: GatewayMethod {
    package static let name = "agent.wait"
    package static let access = MethodAccess.write

    private let turns: TurnSupervisor
    private let journal: Journal

    package init(turns: TurnSupervisor, journal: Journal) {
        self.turns = turns
        self.journal = journal
    }

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
        case .unknown: try await add(run, to: &result)
        case .queued, .running: result["status"] = "timeout"
        }
        return .object(result)
    }

    /// What the journal knows of a run that memory has forgotten.
    private func add(_ run: String, to result: inout JSONObject) async throws {
        result["status"] = "timeout"
        guard let item = try await journal.origins(of: RunID(run)).first, let outcome = item.outcome else { return }
        result.set("endedAt", item.outcomeAt)
        switch outcome {
        case .delivered, .merged: result["status"] = "ok"
        case .silent(let reason): result["status"] = AbortReason(outcomeReason: reason) == nil ? "ok" : "timeout"
        case .superseded: break
        case .refused(let reason), .failed(let reason, _), .dead(let reason):
            result["status"] = "error"
            result["error"] = .string(reason)
        }
    }
}
