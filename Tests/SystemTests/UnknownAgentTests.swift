import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// A session of an agent that does not exist is refused by every method that would write to it, before anything is written.
@Suite(.timeLimit(.minutes(10))) struct UnknownAgentTests {
    @Test(
        arguments: [
            ("chat.send", ["sessionKey": "agent:ghost:x", "message": "hi", "idempotencyKey": "1"]),
            ("chat.send", ["sessionKey": "agent:ghost:x", "message": "/stop", "idempotencyKey": "2"]),
            ("agent", ["sessionKey": "agent:ghost:x", "message": "hi", "idempotencyKey": "3"]),
            ("sessions.patch", ["key": "agent:ghost:x", "label": "hi"]), ("sessions.reset", ["key": "agent:ghost:x"]),
        ] as [(String, JSONObject)])
    func nothingIsWritten(_ method: String, _ params: JSONObject) async throws {
        try await InProcessGateway.run(["agents": [:]]) { gateway in
            try await gateway.withClient { client in
                let error = await #expect(throws: GatewayClientError.self) {
                    _ = try await client.request(method, .object(params))
                }
                guard case .refused(let refusal, _) = error else {
                    _ = Issue.record("\(method): \(error as Any)")
                    return
                }
                #expect(refusal.message == #"invalid \#(method) params: unknown agent id "ghost""#)
                let listed = try await client.request("sessions.list", [:])
                #expect(listed["sessions"] == [], "\(listed.text)")
            }
            #expect(!AtomicFile.exists("\(gateway.stateDirectory)/agents/ghost"))
        }
    }
}
