import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Which turns a call of `/v1/responses` may go on with.
@Suite(.timeLimit(.minutes(10))) struct ContinuedAnswerTests {
    @Test func onlyAnswersThatWereGivenOverHTTPAreContinued() async throws {
        let configuration: JSONObject = [
            "gateway": ["http": ["endpoints": ["responses": ["enabled": true]]]], "agents": [:],
        ]
        try await InProcessGateway.run(configuration) { gateway in
            try await gateway.withClient { client in
                _ = try await client.requestExpectingFinal(
                    "agent", ["message": "My name is Ann.", "idempotencyKey": "mine"])
            }
            func respond(_ previous: String?) async throws -> JSONValue {
                var body: JSONObject = ["model": "openclaw", "input": "What is my name?"]
                body.set("previous_response_id", previous)
                let answer = try await PlainHTTP.ask(
                    gateway.port, "POST /v1/responses",
                    ["Authorization: Bearer \(GatewayProcess.token)", "Content-Type: application/json"],
                    body: JSONValue.object(body).text)
                return try JSONParser.parse(Array(answer.body.utf8))
            }
            let foreign = try await respond("mine")
            #expect(foreign["error"]?["message"] == "Previous response with id 'mine' not found.", "\(foreign.text)")
            let first = try await respond(nil)
            let second = try await respond(try #require(first["id"]?.stringValue))
            #expect(second["status"] == "completed", "\(second.text)")
        }
    }
}
