package import ClawProtocol
import ClawSupport
package import HTTPTypes
package import Hummingbird

/// `GET /v1/models` and `GET /v1/models/<id>`: the agents, in the form of OpenAI's models. Clients ask for the list before they
/// let anybody choose.
package struct OpenAIModels: HTTPEndpoint {
    package static let path = "/v1/models"
    package static let ownsSubpaths = true
    package static let method = HTTPRequest.Method.get
    package static let access = MethodAccess.read
    package let bodyLimit = 0

    private let turn: OpenAITurn
    private let enabled: @Sendable () -> Bool

    package init(turn: OpenAITurn, isEnabled: @escaping @Sendable () -> Bool) {
        self.turn = turn
        enabled = isEnabled
    }

    package var isEnabled: Bool { enabled() }

    package func respond(to call: HTTPCall) async throws -> Response {
        let ids = ["openclaw"] + turn.agents.map { "openclaw/\($0)" }
        let rows = ids.map { id -> JSONValue in
            ["id": .string(id), "object": "model", "created": 0, "owned_by": "openclaw"]
        }
        let rest = call.path.dropFirst(Self.path.count + 1)
        if rest.isEmpty { return .json(200, ["object": "list", "data": .array(rows)]) }
        guard let position = ids.firstIndex(of: String(rest)) else {
            throw HTTPProblem(404, "The model `\(rest)` does not exist")
        }
        return .json(200, rows[position])
    }
}
