import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import Testing

/// A whole Gateway whose clients go and come back.
@Suite(.timeLimit(.minutes(10))) struct MissedEventsSystemTests {
    /// The only client starts a run and goes; the run ends while nobody is there.
    @Test func theEndOfARunIsThereForTheOnlyClientThatComesBack() async throws {
        try await InProcessGateway.run([:]) { gateway in
            let known = try await gateway.withClient { client in
                #expect(client.hello.methods.contains("events.since"))
                let standing = try await client.request("events.since")
                #expect(standing["presence"]?.arrayValue?.isEmpty == false && standing["sessions"] == [])
                let ack = try await client.request(
                    "chat.send", ["sessionKey": "main", "message": "Hello", "idempotencyKey": "k1"])
                #expect(ack["status"] == "started")
                return standing
            }
            try await gateway.withClient { client in
                var known: JSONObject = ["instance": known["instance"] ?? .null, "seq": known["seq"] ?? .null]
                var states: [String] = []
                // What is not in one answer is in the next; nothing is read from the connection.
                while !states.contains("final") {
                    let answer = try await client.request("events.since", .object(known))
                    for event in answer["events"]?.arrayValue ?? [] where event["event"] == "chat" {
                        states.append(event["payload"]?["state"]?.stringValue ?? "")
                    }
                    known["seq"] = answer["seq"] ?? .null
                }
                #expect(states.last == "final" && states.count { $0 == "final" } == 1)
                known["instance"] = "another"
                let snapshot = try await client.request("events.since", .object(known))
                #expect(snapshot["events"] == nil)
                let session = snapshot["sessions"]?.arrayValue?.first
                #expect(session?["sessionKey"] == "agent:main:main")
                #expect(session?["runs"]?.arrayValue?.compactMap { $0["state"]?.stringValue } == ["final"])
                known["sessions"] = ["other"]
                let others = try await client.request("events.since", .object(known))
                #expect(others["sessions"] == [])
            }
        }
    }

    @Test func wrongParamsAreNamed() async throws {
        let cases: [(params: JSONValue, message: String)] = [
            (["instance": "x"], "invalid events.since params: 'instance' without 'seq'"),
            (["seq": 1], "invalid events.since params: 'seq' without 'instance'"),
            (["instance": "x", "seq": -1], "invalid events.since params: at /seq: must be >= 0"),
            (["since": 1], "invalid events.since params: at root: unexpected property 'since'"),
            (["sessions": [1]], "invalid events.since params: at /sessions/0: must be string"),
            (["sessions": ["agent:"]], "invalid events.since params: malformed session key \"agent:\""),
        ]
        try await InProcessGateway.run([:]) { gateway in
            try await gateway.withClient { client in
                for (params, message) in cases {
                    let error = await #expect(throws: GatewayClientError.self) {
                        try await client.request("events.since", params)
                    }
                    guard case .refused(let wire, _)? = error else { continue }
                    #expect(wire.code == .invalidRequest)
                    #expect(wire.message == message)
                }
            }
        }
    }
}
