import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// What a client may do after its handshake (attacks S07, S08, S09, S11, S12).
@Suite(.timeLimit(.minutes(1))) struct ScopeTests {
    @Test func s07_remoteOperatorWithoutDeviceGetsAtMostReadAndWrite() async throws {
        try await TestGateway.run { gateway in
            let asked = ["operator.admin", "operator.read", "operator.write", "operator.pairing"]
            try await RawSocket.gateway(gateway.port, headers: ["X-Forwarded-For: 203.0.113.9"]) { socket, _ in
                #expect(try await socket.connect(.test(scopes: asked))["ok"] == true)
                #expect(try await socket.call("system-presence")["ok"] == true)
                let refusal = try await socket.call("device.pair.list")
                #expect(refusal["error"]?["message"] == "missing scope: operator.pairing")
                let unknown = try await socket.call("nope")
                #expect(unknown["error"]?["message"] == "missing scope: operator.admin")
            }
        }
    }

    @Test func localOperatorWithoutDeviceGetsWhatItAsksFor() async throws {
        try await TestGateway.run { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test(scopes: ["operator.admin"]))
                #expect(try await socket.call("device.pair.list")["ok"] == true)
                let unknown = try await socket.call("nope")
                #expect(unknown["error"] == ["code": "INVALID_REQUEST", "message": "unknown method: nope"])
                let again = try await socket.call("connect")
                #expect(again["error"]?["message"] == "connect is only valid as the first request")
            }
        }
    }

    @Test func s11_noScopesMeanHealthOnly() async throws {
        try await TestGateway.run { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test(scopes: []))
                #expect(try await socket.call("health")["ok"] == true)
                let refusal = try await socket.call("system-presence")
                #expect(refusal["error"]?["message"] == "missing scope: operator.read")
            }
        }
    }

    @Test func s09_pairedDeviceFromElsewhereWaitsForMoreScopes() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 9)
            let now = gateway.time.nowMilliseconds
            _ = try await RawSocket.gateway(gateway.port) { socket, nonce in
                try await socket.connect(try device.sign(.test(scopes: ["operator.read"]), nonce: nonce, at: now))
            }
            let forwarded = ["X-Forwarded-For: 203.0.113.9"]
            let more = try await RawSocket.gateway(gateway.port, headers: forwarded) { socket, nonce in
                try await socket.connect(
                    try device.sign(.test(scopes: ["operator.admin"], mode: "backend"), nonce: nonce, at: now))
            }
            #expect(more["error"]?["details"]?["reason"] == "scope-upgrade")
            var params = ConnectParams.test(scopes: ["operator.read"])
            params.client.platform = "macos"
            let moved = try await RawSocket.gateway(gateway.port) { socket, nonce in
                try await socket.connect(try device.sign(params, nonce: nonce, at: now))
            }
            #expect(moved["error"]?["details"]?["reason"] == "metadata-upgrade")
        }
    }

    @Test func deviceTokenOpensTheDoorAndRevokingClosesIt() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 5)
            let now = gateway.time.nowMilliseconds
            func connect(_ token: String?) async throws -> JSONValue {
                try await RawSocket.gateway(gateway.port) { socket, nonce in
                    let params = ConnectParams.test(scopes: ["operator.read"], token: token)
                    return try await socket.connect(try device.sign(params, nonce: nonce, at: now))
                }
            }
            let hello = try await connect(TestGateway.token)
            let token = hello["payload"]?["auth"]?["deviceToken"]?.stringValue
            #expect(try await connect(token)["payload"]?["auth"]?["deviceToken"]?.stringValue == token)
            _ = try await gateway.devices.revokeToken(device.id, role: "operator")
            let refused = try await connect(token)
            #expect(refused["error"]?["details"]?["authReason"] == "token_mismatch")
        }
    }

    /// A paired device could else guess the shared secret for ever (S05).
    @Test func s05_aDeviceTokenDoesNotClearGuessesAtTheSharedSecret() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 7)
            let now = gateway.time.nowMilliseconds
            func connect(_ token: String) async throws -> JSONValue {
                try await RawSocket.gateway(gateway.port) { socket, nonce in
                    let params = ConnectParams.test(scopes: ["operator.read"], token: token)
                    return try await socket.connect(try device.sign(params, nonce: nonce, at: now))
                }
            }
            func guess() async throws -> JSONValue {
                try await RawSocket.gateway(gateway.port) { socket, _ in
                    try await socket.connect(.test(scopes: ["operator.read"], token: "guess"))
                }
            }
            let hello = try await connect(TestGateway.token)
            let token = try #require(hello["payload"]?["auth"]?["deviceToken"]?.stringValue)
            for _ in 1...9 { #expect(try await guess()["error"]?["details"]?["authReason"] == "token_mismatch") }
            #expect(try await connect(token)["ok"] == true)
            #expect(try await guess()["error"]?["details"]?["authReason"] == "token_mismatch")
            #expect(try await guess()["error"]?["details"]?["authReason"] == "rate_limited")
        }
    }

    @Test func s12_approverCannotGiveWhatItLacks() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 6)
            let now = gateway.time.nowMilliseconds
            try await RawSocket.gateway(gateway.port) { approver, _ in
                _ = try await approver.connect(.test(scopes: ["operator.pairing", "operator.read"]))
                func ask(_ params: ConnectParams) async throws -> JSONValue {
                    let forwarded = ["X-Forwarded-For: 203.0.113.9"]
                    return try await RawSocket.gateway(gateway.port, headers: forwarded) { socket, nonce in
                        try await socket.connect(try device.sign(params, nonce: nonce, at: now))
                    }
                }
                _ = try await ask(.test(scopes: ["operator.admin"]))
                let requested = try await approver.event("device.pair.requested")
                let id = requested["payload"]?["requestId"] ?? .null
                let refused = try await approver.call("device.pair.approve", ["requestId": id])
                #expect(refused["error"]?["message"] == "missing scope: operator.admin")
                #expect(try await gateway.devices.device(device.id) == nil)
                _ = try await approver.call("device.pair.reject", ["requestId": id])
                let rejected = try await approver.event("device.pair.resolved")
                #expect(rejected["payload"]?["decision"] == "rejected")

                _ = try await ask(.test(scopes: ["operator.read"]))
                let second = try await approver.event("device.pair.requested")["payload"]?["requestId"] ?? .null
                let approved = try await approver.call("device.pair.approve", ["requestId": second])
                #expect(approved["payload"]?["device"]?["deviceId"]?.stringValue == device.id)
                #expect(try await ask(.test(scopes: ["operator.read"]))["ok"] == true)

                var node = ConnectParams.test(scopes: [])
                node.role = "node"
                #expect(try await ask(node)["error"]?["details"]?["reason"] == "role-upgrade")
                let third = try await approver.event("device.pair.requested")["payload"]?["requestId"] ?? .null
                let role = try await approver.call("device.pair.approve", ["requestId": third])
                #expect(role["error"]?["message"] == "missing scope: operator.admin")
            }
        }
    }
}
