import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// What a whole Gateway counts: one answered turn with a tool, seen from outside.
@Suite(.timeLimit(.minutes(10))) struct MetricsSystemTests {
    @Test func aTurnIsCountedWithItsCallsAndTokens() async throws {
        try await InProcessGateway.run([:]) { gateway in
            try await gateway.withClient { client in
                _ = try await client.requestExpectingFinal(
                    "agent", ["message": "What time is it?", "idempotencyKey": "a1"])
            }
            let answer = try await gateway.withClient { _ in
                try await PlainHTTP.ask(
                    gateway.port, "GET /metrics", ["Authorization: Bearer \(GatewayProcess.token)"])
            }
            #expect(answer.status == 200)
            let lines = answer.body.split(separator: "\n")
            for line in [
                "openclaw_turns_total{outcome=\"answered\"} 1", "openclaw_turns_total{outcome=\"failed\"} 0",
                "openclaw_model_calls_total{model=\"scripted\",outcome=\"ok\",provider=\"demo\"} 2",
                "openclaw_requests_total{method=\"agent\",outcome=\"ok\"} 1",
                "openclaw_open_work_items{kind=\"inbound\",state=\"claimed\"} 0", "openclaw_active_turns 0",
                "openclaw_connections{kind=\"operator\"} 1",
                "openclaw_connections{kind=\"http\"} 1",
            ] {
                #expect(lines.contains { $0 == line }, "\(line)\nin\n\(answer.body)")
            }
            for name in [
                "openclaw_model_tokens_total{kind=\"input\",model=\"scripted\",provider=\"demo\"}",
                "openclaw_request_duration_seconds_sum{method=\"agent\"}", "process_resident_memory_bytes",
            ] {
                let line = lines.first { $0.hasPrefix("\(name) ") }
                let value = line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) } ?? 0
                #expect(value > 0, "\(name)")
            }
        }
    }
}
