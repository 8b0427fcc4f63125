import ClawClient
import ClawClientTesting
import ClawProtocol
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

struct ReconnectionTests {
    private static func options(_ server: ScriptedGateway, _ time: any TimeSource) -> GatewayClientOptions {
        GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: server.port),
            client: ConnectParams.Client(id: "cli", version: "1", platform: "linux", mode: "cli"), scopes: [.read],
            time: time)
    }

    /// A server that ends each connection with its next end, on the first request of that connection.
    private static func script(
        ends: [ScriptedGateway.Step], connects: [WireError?] = []
    ) -> ScriptedGateway.Script {
        let rest = Mutex((ends: ends, connects: connects))
        var script = ScriptedGateway.Script()
        script.answer = { request in
            rest.withLock { rest in
                rest.ends.isEmpty ? [ScriptedGateway.ok(request, ["done": true])] : [rest.ends.removeFirst()]
            }
        }
        script.connect = { request in
            let error = rest.withLock { $0.connects.isEmpty ? nil : $0.connects.removeFirst() }
            return [
                error.map { ScriptedGateway.refusal(request, $0) }
                    ?? ScriptedGateway.ok(request, ScriptedGateway.hello)
            ]
        }
        return script
    }

    /// Runs one request to its end over as many connections as that takes; waits are as long as they should be, on a clock
    /// that jumps.
    private func request(
        _ script: ScriptedGateway.Script
    ) async throws -> (result: Result<JSONValue, any Error>, changes: [Reconnection.Change]) {
        try await ScriptedGateway.run(script) { server in
            let changes = Mutex<[Reconnection.Change]>([])
            let backoff = Backoff(first: .milliseconds(500), factor: 2, maximum: .seconds(2), jitter: 0)
            let reconnection = Reconnection(Self.options(server, JumpingTimeSource()), backoff: backoff)
            let result: Result<JSONValue, any Error>
            do {
                result = .success(
                    try await reconnection.run(onChange: { change in changes.withLock { $0.append(change) } }) {
                        client in
                        try await client.request("health")
                    })
            } catch {
                result = .failure(error)
            }
            return (result, changes.withLock { $0 })
        }
    }

    @Test func workGoesOnOverNewConnections() async throws {
        let busy = WireError(.unavailable, "starting", retryable: true)
        let (result, changes) = try await request(
            Self.script(
                ends: [.cut, .close(1012, "service restart"), .close(1008, "slow consumer")],
                connects: [nil, nil, busy, busy, nil, nil]))
        #expect(try result.get() == ["done": true])
        #expect(
            changes == [
                .lost(.closed(code: 1006, reason: ""), wait: .milliseconds(500)), .back,
                .lost(.closed(code: 1012, reason: "service restart"), wait: .milliseconds(500)),
                .lost(.refused(busy, payload: nil), wait: .seconds(1)),
                .lost(.refused(busy, payload: nil), wait: .seconds(2)), .back,
                .lost(.closed(code: 1008, reason: "slow consumer"), wait: .milliseconds(500)), .back,
            ])
    }

    @Test(arguments: [
        WireError(.notPaired, "pairing required", details: ["code": "PAIRING_REQUIRED"]),
        WireError(
            .invalidRequest, "unauthorized: gateway token mismatch (x)", details: ["code": "AUTH_TOKEN_MISMATCH"]),
    ])
    func aRefusalThatStaysEndsTheWork(refusal: WireError) async throws {
        let (result, changes) = try await request(Self.script(ends: [.cut], connects: [nil, refusal]))
        #expect(throws: GatewayClientError.refused(refusal, payload: nil)) { try result.get() }
        #expect(changes == [.lost(.closed(code: 1006, reason: ""), wait: .milliseconds(500))])
    }

    @Test func aCloseForGoodEndsTheWork() async throws {
        let (result, changes) = try await request(Self.script(ends: [.close(1008, "device removed")]))
        #expect(throws: GatewayClientError.closed(code: 1008, reason: "device removed")) { try result.get() }
        #expect(changes == [])
    }

    @Test func theFirstConnectionIsNotTriedAgain() async throws {
        let busy = WireError(.unavailable, "starting", retryable: true)
        let (result, changes) = try await request(Self.script(ends: [], connects: [busy]))
        #expect(throws: GatewayClientError.refused(busy, payload: nil)) { try result.get() }
        #expect(changes == [])
    }

    @Test func anErrorOfTheWorkItselfIsNotTriedAgain() async throws {
        var script = ScriptedGateway.Script()
        let error = WireError(.unavailable, "The model does not answer.", retryable: true)
        script.answer = { [ScriptedGateway.refusal($0, error)] }
        let (result, changes) = try await request(script)
        #expect(throws: GatewayClientError.refused(error, payload: nil)) { try result.get() }
        #expect(changes == [])
    }
}

/// A clock on which every wait is over at once, except those for answers, which take longer than any back-off.
private struct JumpingTimeSource: TimeSource {
    var nowMilliseconds: Int64 { 1_772_352_000_000 }
    var monotonicNanoseconds: UInt64 { 0 }

    func sleep(for duration: Duration) async throws {
        if duration >= .seconds(10) { try await Task.sleep(for: duration) }
    }
}
