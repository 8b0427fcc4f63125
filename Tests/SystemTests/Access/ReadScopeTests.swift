import ClawClient
import ClawDaemon
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// What a caller that may only read is told.
@Suite(.timeLimit(.minutes(10))) struct ReadScopeTests {
    private static let configuration: JSONObject = [
        "agents": ["defaults": ["model": "demo/scripted"]],
        "models": [
            "providers": [
                "house": [
                    "baseUrl": "http://user:planted-password@127.0.0.1:9/v1", "apiKey": "planted-key",
                    "headers": ["X-Team": "planted-header"], "models": [["id": "m", "name": "M"]],
                ]
            ]
        ],
        "env": ["vars": ["HOUSE_TOKEN": "planted-variable"]],
        "channels": ["irc": ["enabled": false, "host": "127.0.0.1", "nick": "claw", "password": "planted-irc"]],
    ]

    /// S53: no method that reads tells a secret, with the params of a session, of an agent, or none.
    @Test func s53_noMethodThatReadsTellsASecret() async throws {
        let rows = try await MethodReference().rows.filter { [.read, .anyone].contains($0.access) }
        try await InProcessGateway.run(Self.configuration) { gateway in
            try await gateway.withClient { client in
                _ = try await client.requestExpectingFinal("agent", ["message": "Hello", "idempotencyKey": "k1"])
            }
            try await gateway.withClient(scopes: [.read]) { client in
                var answered: Set<String> = []
                for row in rows {
                    let attempts: [JSONValue] = [
                        [:], ["sessionKey": "agent:main:main"], ["key": "agent:main:main"],
                        ["keys": ["agent:main:main"]], ["agentId": "main"], ["agentId": "main", "name": "AGENTS.md"],
                        ["runId": "k1", "timeoutMs": 0],
                    ]
                    for params in attempts {
                        guard let text = try await Self.answer(row.name, params, client) else { continue }
                        answered.insert(row.name)
                        for word in ["planted", GatewayProcess.token] {
                            #expect(!text.contains(word), "\(word) in \(row.name) \(params.text)")
                        }
                    }
                }
                let config = try #require(try await Self.answer("config.get", [:], client))
                #expect(config.contains("__OPENCLAW_REDACTED__") && config.contains("X-Team"))
                // Were they all refused for their params, nothing would have been looked at.
                #expect(answered.isSuperset(of: ["status", "health", "models.list", "sessions.list", "chat.history"]))
                #expect(answered.count > rows.count / 2, "\(rows.map(\.name).filter { !answered.contains($0) })")
            }
        }
    }

    /// The answer, refusals included; nil for a refusal of the params.
    private static func answer(_ method: String, _ params: JSONValue, _ client: GatewayClient) async throws -> String? {
        do {
            return try await client.request(method, params).text
        } catch GatewayClientError.refused(let error, _) {
            return error.message.hasPrefix("invalid ") ? nil : error.message
        }
    }
}
