import ClawClient
import ClawClientTesting
import ClawCore
import ClawProtocol
import ClawSupport
import ClawTestKit
import Crypto
import NIOCore
import NIOWebSocket
import Testing

struct GatewayClientTests {
    @Test func theConnectRequestProvesTheDevice() async throws {
        try await ScriptedGateway.run { server in
            var options = ClientFixture.options(server, time: ManualTimeSource())
            options.identity = try ClientFixture.identity()
            options.caps = ["tool-events"]
            let version = try await GatewayClient.withConnection(options) { $0.hello.serverVersion }
            #expect(version == "2026.3.3")
            let request = try #require(server.requests.first)
            #expect(request.method == "connect")
            let params = try ConnectParams(json: request.params)
            #expect(params.scopes == ["operator.read"])
            #expect(params.role == "operator")
            #expect(params.caps == ["tool-events"])
            #expect(params.auth == ConnectParams.Auth(token: "secret"))
            let device = try #require(params.device)
            #expect(device.id == ClientFixture.deviceID)
            #expect(device.nonce == "nonce-1")
            #expect(device.signedAt == 1_772_352_000_000)
            let payload =
                "v3|\(ClientFixture.deviceID)|cli|cli|operator|operator.read|1772352000000|secret|nonce-1|linux|"
            let key = try Curve25519.Signing.PublicKey(
                rawRepresentation: try #require(Base64.decode(device.publicKey)))
            #expect(key.isValidSignature(try #require(Base64.decode(device.signature)), for: Array(payload.utf8)))
            #expect(server.violations == [])
        }
    }

    @Test func answersAreToldApartByTheirID() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            let echo: JSONValue = ["method": .string(request.method), "params": request.params]
            return [
                ScriptedGateway.ok(RequestFrame(id: "stranger", method: "x"), [:]), ScriptedGateway.ok(request, echo),
            ]
        }
        try await ScriptedGateway.run(script) { server in
            try await GatewayClient.withConnection(ClientFixture.options(server)) { client in
                async let one = client.request("one", ["a": 1])
                async let two = client.request("two")
                let value1 = try await one
                #expect(value1 == ["method": "one", "params": ["a": 1]])
                let value2 = try await two
                #expect(value2 == ["method": "two", "params": [:]])
            }
            #expect(server.violations == [])
        }
    }

    @Test func theFinalAnswerOfAnAgentCallIsAwaited() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            [
                ScriptedGateway.ok(request, ["runId": "r", "status": "accepted"]),
                .json(["type": "event", "event": "agent", "payload": ["runId": "r", "seq": 1], "seq": 4]),
                ScriptedGateway.ok(request, ["runId": "r", "status": "ok"]),
            ]
        }
        try await ScriptedGateway.run(script) { server in
            try await GatewayClient.withConnection(ClientFixture.options(server)) { client in
                let final = try await client.requestExpectingFinal("agent")
                #expect(final == ["runId": "r", "status": "ok"])
                let first = try await client.request("agent")
                #expect(first == ["runId": "r", "status": "accepted"])
                var events = client.events.makeAsyncIterator()
                let event = await events.next()
                #expect(event == EventFrame(.agent, payload: ["runId": "r", "seq": 1], sequence: 4))
            }
        }
    }

    @Test func aFailedRunCarriesItsPayload() async throws {
        var script = ScriptedGateway.Script()
        let wire = WireError(.unavailable, "no model")
        script.answer = { request in
            [.json(ResponseFrame(id: request.id, error: wire, payload: ["status": "error"]).json)]
        }
        try await ScriptedGateway.run(script) { server in
            let error = try await failure {
                try await GatewayClient.withConnection(ClientFixture.options(server)) {
                    _ = try await $0.requestExpectingFinal("agent")
                }
            }
            #expect(error == .refused(wire, payload: ["status": "error"]))
            #expect(error.clawError.message == "no model.")
        }
    }

    @Test func aSlowReaderLosesTheOldestEventsOnly() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            (1...10).map { .json(["type": "event", "event": "tick", "payload": [:], "seq": .int($0)]) }
                + [ScriptedGateway.ok(request, [:])]
        }
        try await ScriptedGateway.run(script) { server in
            var options = ClientFixture.options(server)
            options.eventBuffer = 3
            let client = try await GatewayClient.connect(options)
            _ = try await client.request("x")
            await client.close()
            var sequences: [Int] = []
            for await event in client.events { sequences.append(event.sequence ?? 0) }
            #expect(sequences == [8, 9, 10])
        }
    }

    @Test func fragmentsAndControlFramesAreHandled() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            [
                .frame(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer(string: "hi"))),
                .frame(WebSocketFrame(fin: true, opcode: .pong, data: ByteBuffer())),
                .text("no json"), .text(#"{"type":"hint"}"#),
                .fragments([#"{"type":"res","id":""#, "\(request.id)\",", #""ok":true,"payload":{"a":"ü"}}"#]),
            ]
        }
        try await ScriptedGateway.run(script) { server in
            try await GatewayClient.withConnection(ClientFixture.options(server)) { client in
                let value3 = try await client.request("x")
                #expect(value3 == ["a": "ü"])
                let value4 = try await client.request("y")
                #expect(value4 == ["a": "ü"])
            }
            #expect(server.pongs >= 1)
            #expect(server.violations == [])
        }
    }

    @Test func aCancelledRequestEndsAtOnceAndOthersGoOn() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { $0.method == "silent" ? [] : [ScriptedGateway.ok($0, "ok")] }
        try await ScriptedGateway.run(script) { server in
            try await GatewayClient.withConnection(ClientFixture.options(server)) { client in
                await #expect(throws: CancellationError.self) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { _ = try await client.request("silent") }
                        group.cancelAll()
                        try await group.waitForAll()
                    }
                }
                let value5 = try await client.request("next")
                #expect(value5 == "ok")
            }
        }
    }
}

struct GatewayClientTokenTests {
    private static let helloWithToken: JSONValue = {
        var hello = ScriptedGateway.hello
        hello["auth"] = ["deviceToken": "dt", "role": "operator", "scopes": ["operator.read"], "issuedAtMs": 1]
        return hello
    }()

    @Test func theTokenOfTheGatewayIsKeptAndUsedWithoutASharedOne() async throws {
        let directory = try TemporaryDirectory()
        var script = ScriptedGateway.Script()
        script.connect = { [ScriptedGateway.ok($0, Self.helloWithToken)] }
        try await ScriptedGateway.run(script) { server in
            var options = ClientFixture.options(server, token: "shared")
            options.identity = try ClientFixture.identity()
            options.tokenFile = DeviceTokenFile(stateDirectory: directory.path, time: options.time)
            _ = try await GatewayClient.withConnection(options) { $0.hello }
            options.credentials = GatewayCredentials()
            _ = try await GatewayClient.withConnection(options) { $0.hello }
            options.scopes = [.admin]
            _ = try await GatewayClient.withConnection(options) { $0.hello }
            let sent = try server.requests.map { try ConnectParams(json: $0.params).auth }
            #expect(
                sent == [
                    ConnectParams.Auth(token: "shared"), ConnectParams.Auth(token: "dt", deviceToken: "dt"),
                    ConnectParams.Auth(),
                ])
        }
    }

    @Test func aTokenThatTheGatewayCallsWrongIsForgotten() async throws {
        let directory = try TemporaryDirectory()
        var script = ScriptedGateway.Script()
        let wire = WireError(
            .invalidRequest, "unauthorized: device token mismatch (rotate it)",
            details: ["code": "AUTH_DEVICE_TOKEN_MISMATCH", "authReason": "device_token_mismatch"])
        script.connect = { [ScriptedGateway.refusal($0, wire), .close(1008, wire.message)] }
        try await ScriptedGateway.run(script) { server in
            var options = ClientFixture.options(server, token: nil)
            let identity = try ClientFixture.identity()
            let file = DeviceTokenFile(stateDirectory: directory.path, time: options.time)
            try file.store(
                .init(value: Redacted("old"), scopes: ["operator.read"]), role: "operator", deviceID: identity.deviceID)
            options.identity = identity
            options.tokenFile = file
            let error = try await failure { _ = try await GatewayClient.withConnection(options) { $0.hello } }
            #expect(error.refusalCode == "AUTH_DEVICE_TOKEN_MISMATCH")
            #expect(file.token(role: "operator", deviceID: identity.deviceID) == nil)
        }
    }
}
