import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import Testing

/// The greatest and the least number at every place where a request takes one: an answer or an error, never the end of the
/// Gateway.
@Suite(.timeLimit(.minutes(10))) struct NumberEdgeTests {
    /// Names of numbers in the params of methods. Which method takes which is asked of the Gateway.
    private static let keys = [
        "activeMinutes", "cursor", "days", "interval", "lastInputSeconds", "limit", "maxBytes", "maxChars", "maxLines",
        "offset",
        "restartDelayMs", "seq", "timeout", "timeoutMs", "messageLimit", "points", "utcOffset", "probeTimeoutMs",
    ]

    @Test func noMethodEndsTheGateway() async throws {
        try await InProcessGateway.run(["agents": ["defaults": ["model": "demo/scripted"]]]) { gateway in
            try await gateway.withClient { client in
                _ = try await client.requestExpectingFinal(
                    "agent", ["message": "hi", "sessionKey": "main", "idempotencyKey": "first"])
                var taken: [String] = []
                let methods = client.hello.methods.filter { $0 != "connect" }
                for method in methods {
                    for key in Self.keys {
                        guard try await Self.call(client, method, key, .max) else { continue }
                        taken.append("\(method).\(key)")
                        _ = try await Self.call(client, method, key, .min)
                    }
                }
                #expect(try await client.request("health")["ok"] == true)
                for place in ["sessions.list.activeMinutes", "agent.timeout", "chat.send.timeoutMs", "logs.tail.limit"]
                {
                    #expect(taken.contains(place), "the numbers got there")
                }
            }
        }
    }

    /// Calls a method with this number, and with what else it says it needs. True when it takes a number of this name.
    private static func call(
        _ client: GatewayClient, _ method: String, _ key: String, _ number: Int
    ) async throws -> Bool {
        var params: JSONObject = [key: .int(number)]
        for _ in 0..<8 {
            do {
                _ = try await client.request(method, .object(params))
                return true
            } catch GatewayClientError.refused(let error, _) {
                if error.message.contains("unexpected property '\(key)'") { return false }
                let wanted = error.message.split(separator: "must have required property '").dropFirst()
                if wanted.isEmpty { return true }
                for text in wanted { params[String(text.prefix { $0 != "'" })] = "main" }
            }
        }
        return true
    }
}
