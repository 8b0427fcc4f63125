import ClawAgent
import ClawCore
package import ClawProtocol
package import ClawSupport

/// `chat.abort`: ends the runs of a session, or one of them, early.
package struct ChatAbort: GatewayMethod {
    package static let name = "chat.abort"
    package static let access = MethodAccess.write

    private let chat: ClientChat

    package init(chat: ClientChat) { self.chat = chat }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let sessionKey = reader.requiredString("sessionKey")
        let run = reader.string("runId", minLength: 1)
        try reader.finish(Self.name)
        let session = try chat.session(sessionKey, method: Self.name)
        if let run, let owner = chat.turns.registry.session(of: RunID(run)), owner != session {
            throw ClawError(.invalidRequest, "runId does not match sessionKey")
        }
        let runs = await chat.turns.abort(session: session, run: run.map { RunID($0) }, reason: .rpc)
        return ["ok": true, "aborted": .bool(!runs.isEmpty), "runIds": .strings(runs.map(\.rawValue))]
    }
}
