import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// Attacks on the handshake that others have suffered, one test for each that has none elsewhere.
@Suite(.timeLimit(.minutes(10))) struct HandshakeAttackTests {
    private static let forwarded = ["X-Forwarded-For: 203.0.113.9"]

    private func connect(
        _ gateway: TestGateway, _ headers: [String] = [], _ params: (String) throws -> ConnectParams
    ) async throws -> JSONValue {
        try await RawSocket.gateway(gateway.port, headers: headers) { socket, nonce in
            try await socket.connect(try params(nonce))
        }
    }

    private func reason(_ response: JSONValue) -> String? {
        let details = response["error"]?["details"]
        return (details?["authReason"] ?? details?["reason"] ?? details?["code"])?.stringValue
    }

    /// S04: a page on this machine guesses no further than ten times, and the command line is not locked out with it.
    @Test func s04_aPageIsLockedOutAlsoWithTheRightPassword() async throws {
        var options = TestGateway.Options()
        options.settings = AccessSettings(mode: .password, password: Redacted("open sesame"))
        options.settings.rateLimit.exemptLoopback = true
        try await TestGateway.run(options) { gateway in
            func attempt(_ password: String, origin: Bool = true) async throws -> JSONValue {
                try await connect(gateway, origin ? ["Origin: http://localhost"] : []) { _ in
                    var params = ConnectParams.test(scopes: [], token: nil)
                    params.auth.password = password
                    return params
                }
            }
            for number in 1...10 { #expect(reason(try await attempt("guess \(number)")) == "password_mismatch") }
            let locked = try await attempt("open sesame")
            #expect(reason(locked) == "rate_limited")
            #expect(locked["error"]?["retryable"] == true && locked["error"]?["retryAfterMs"] == 300_000)
            #expect(try await attempt("open sesame", origin: false)["ok"] == true)
            gateway.time.advance(by: .seconds(301))
            #expect(try await attempt("open sesame")["ok"] == true)
        }
    }

    /// S05: token, password and device token of one client have one budget, over as many sockets as it likes.
    @Test func s05_allKindsOfSecretsHaveOneBudget() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 31)
            let now = gateway.time.nowMilliseconds
            for number in 0..<10 {
                let response = try await connect(gateway) { nonce in
                    var params = ConnectParams.test(scopes: [], token: nil)
                    switch number % 3 {
                    case 0: params.auth.token = "guess"
                    case 1: params.auth.password = "guess"
                    default:
                        params.auth.deviceToken = "guess"
                        return try device.sign(params, nonce: nonce, at: now)
                    }
                    return params
                }
                #expect(reason(response) != "rate_limited" && response["ok"] == false, "\(number)")
            }
            #expect(reason(try await connect(gateway) { _ in .test() }) == "rate_limited")
            let signed = try await connect(gateway) { nonce in
                var params = ConnectParams.test(scopes: [], token: nil)
                params.auth.deviceToken = "guess"
                return try device.sign(params, nonce: nonce, at: now)
            }
            #expect(reason(signed) == "rate_limited")
        }
    }

    /// S08: who holds the token and makes a key of his own is nobody until a person says so.
    @Test func s08_aNewDeviceFromElsewhereWaitsForAPerson() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 32)
            let now = gateway.time.nowMilliseconds
            func ask(_ scopes: [String], _ headers: [String] = Self.forwarded) async throws -> JSONValue {
                try await connect(gateway, headers) { try device.sign(.test(scopes: scopes), nonce: $0, at: now) }
            }
            for scopes in [["operator.admin"], ["operator.read"], []] {
                let response = try await ask(scopes)
                #expect(response["error"]?["code"] == "NOT_PAIRED" && reason(response) == "not-paired", "\(scopes)")
                #expect(response["error"]?["message"] == "pairing required")
            }
            #expect(try await gateway.devices.device(device.id) == nil)
            // Nor does a local connection of the same device make the waiting request silent.
            #expect(reason(try await ask(["operator.read"], [])) == "not-paired")
            #expect(try await gateway.devices.pending().map(\.isSilent) == [false])
        }
    }

    /// S14: what was revoked or replaced opens nothing, also after a restart.
    @Test func s14_noOlderTokenOfANodeOpensAnything() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 33)
            let now = gateway.time.nowMilliseconds
            func node(_ token: String?, shared: String? = nil) async throws -> JSONValue {
                try await connect(gateway) { nonce in
                    var params = ConnectParams.test(scopes: [], id: "node-host", mode: "node", token: shared)
                    params.role = "node"
                    params.auth.deviceToken = token
                    return try device.sign(params, nonce: nonce, at: now)
                }
            }
            let first = try #require(
                try await node(nil, shared: TestGateway.token)["payload"]?["auth"]?["deviceToken"]?.stringValue)
            let second = try #require(
                try await gateway.devices.rotateToken(device.id, role: "node")?.token.reveal())
            #expect(reason(try await node(first)) == "device_token_mismatch")
            #expect(try await node(second)["ok"] == true)
            _ = try await gateway.devices.revokeToken(device.id, role: "node")
            for token in [first, second] { #expect(reason(try await node(token)) == "device_token_mismatch") }
            let restarted = DeviceStore(
                directory: StateDirectory(root: gateway.directory.path), time: gateway.time,
                entropy: SequentialEntropy())
            for token in [first, second] {
                await #expect(throws: DeviceTokenFault.revoked) {
                    try await restarted.verifyToken(device.id, role: "node", token: token, scopes: [])
                }
            }
        }
    }

    /// S15: a request is approved once, and asking again with fewer scopes, or none, gives no more than there was.
    @Test func s15_pairingAgainNeverWidens() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 34)
            let now = gateway.time.nowMilliseconds
            func ask(_ scopes: [String], platform: String) async throws -> JSONValue {
                try await connect(gateway, Self.forwarded) { nonce in
                    var params = ConnectParams.test(scopes: scopes)
                    params.client.platform = platform
                    return try device.sign(params, nonce: nonce, at: now)
                }
            }
            func approve() async throws -> DeviceRecord {
                let id = try #require(try await gateway.devices.pending().first).requestID
                let record = try #require(try await gateway.devices.approve(id)).device
                #expect(try await gateway.devices.approve(id) == nil)
                return record
            }
            #expect(reason(try await ask(["operator.read"], platform: "linux")) == "not-paired")
            #expect(try await approve().approvedScopes == ["operator.read"])
            #expect(reason(try await ask([], platform: "macos")) == "metadata-upgrade")
            #expect(try await approve().approvedScopes == ["operator.read"])
            #expect(reason(try await ask(["operator.write"], platform: "macos")) == "scope-upgrade")
            #expect(try await ask(["operator.read"], platform: "macos")["ok"] == true)
        }
    }

    /// S20: a node is what it was paired as, and its signature covers what it says it is.
    @Test func s20_aNodeCannotBecomeAnotherKindOfMachine() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 35)
            let now = gateway.time.nowMilliseconds
            func node(_ platform: String, _ family: String?, after change: (inout ConnectParams) -> Void = { _ in })
                async throws -> JSONValue
            {
                try await connect(gateway) { nonce in
                    var params = ConnectParams.test(scopes: [], id: "node-host", mode: "node")
                    params.role = "node"
                    (params.client.platform, params.client.deviceFamily) = (platform, family)
                    var signed = try device.sign(params, nonce: nonce, at: now)
                    change(&signed)
                    return signed
                }
            }
            #expect(try await node("ios 18", "iPhone")["ok"] == true)
            #expect(try await node("iOS 18 ", "IPHONE")["ok"] == true)
            for (platform, family) in [("linux", "iPhone"), ("ios 18", "Linux"), ("ios 18", nil), ("ıos 18", "iPhone")]
            {
                #expect(reason(try await node(platform, family)) == "metadata-upgrade", "\(platform) \(family ?? "")")
            }
            let forged = try await node("ios 18", "iPhone") { $0.client.platform = "linux" }
            #expect(reason(forged) == "device-signature")
        }
    }

    /// S22: neither the shared secret nor anything else makes a node without a key.
    @Test func s22_aNodeNeedsADevice() async throws {
        try await TestGateway.run { gateway in
            for token in [TestGateway.token, nil] {
                let response = try await connect(gateway) { _ in
                    var params = ConnectParams.test(scopes: [], id: "node-host", mode: "node", token: token)
                    params.role = "node"
                    return params
                }
                #expect(response["error"]?["code"] == "NOT_PAIRED" && reason(response) == "DEVICE_IDENTITY_REQUIRED")
            }
        }
    }

    /// S23: what was recorded from one connection opens no other.
    @Test func s23_aRecordedConnectCannotBePlayedAgain() async throws {
        try await TestGateway.run { gateway in
            let device = try TestDevice(seed: 36)
            let now = gateway.time.nowMilliseconds
            var recorded: ConnectParams?
            let first = try await connect(gateway) { nonce in
                let params = try device.sign(.test(), nonce: nonce, at: now)
                recorded = params
                return params
            }
            #expect(first["ok"] == true)
            let old = try #require(recorded)
            #expect(reason(try await connect(gateway) { _ in old }) == "device-nonce-mismatch")
            // Under the nonce of this connection the old signature is none.
            let moved = try await connect(gateway) { nonce in
                var params = old
                params.device?.nonce = nonce
                return params
            }
            #expect(reason(moved) == "device-signature")
            gateway.time.advance(by: .seconds(601))
            let late = try await connect(gateway) { try device.sign(.test(), nonce: $0, at: now) }
            #expect(reason(late) == "device-signature-stale")
            let early = try await connect(gateway) { nonce in
                try device.sign(.test(), nonce: nonce, at: gateway.time.nowMilliseconds + 120_001)
            }
            #expect(reason(early) == "device-signature-stale")
        }
    }

    /// S32: headers in which Tailscale names a user prove nothing, since nobody asks Tailscale.
    @Test func s32_forgedTailscaleHeadersOpenNothing() async throws {
        let forged = [
            "Tailscale-User-Login: owner@example.com", "Tailscale-User-Name: Owner", "X-Forwarded-For: 100.64.0.7",
            "X-Forwarded-Proto: https", "X-Forwarded-Host: box.tail1.ts.net",
        ]
        try await TestGateway.run { gateway in
            let response = try await connect(gateway, forged) { _ in .test(token: nil) }
            #expect(reason(response) == "DEVICE_IDENTITY_REQUIRED")
            let device = try TestDevice(seed: 37)
            let now = gateway.time.nowMilliseconds
            let signed = try await connect(gateway, forged) { try device.sign(.test(token: nil), nonce: $0, at: now) }
            #expect(reason(signed) == "token_missing")
        }
    }

    /// S33: nothing is called before `connect` was answered, whatever comes first or second.
    @Test func s33_noMethodBeforeHello() async throws {
        let (calls, called) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(8))
        var options = TestGateway.Options()
        options.methods = [CountingMethod(called: called)]
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                let response = try await socket.call(CountingMethod.name)
                #expect(response["error"]?["message"] == "invalid handshake: first request must be connect")
                #expect(try await socket.closing() == "1008 invalid handshake: first request must be connect")
            }
            // A call that follows a refused connect in the same breath is not answered, either.
            try await RawSocket.gateway(gateway.port) { socket, _ in
                try await socket.request("a", "connect", ConnectParams.test(token: "wrong").json)
                try await socket.request("b", CountingMethod.name)
                // Whichever of the two ends the connection, nothing is answered with success.
                while true {
                    let frame = try await socket.nextFrame()
                    if frame.opcode == 8 { break }
                    #expect(try JSONParser.parse(frame.payload)["ok"] == false)
                }
            }
            // The only call that counts is one after the greeting.
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test())
                #expect(try await socket.call(CountingMethod.name)["ok"] == true)
            }
        }
        called.finish()
        var count = 0
        for await _ in calls { count += 1 }
        #expect(count == 1)
    }

    /// S37: what a client is stands in its connection; a method takes no word for it.
    @Test func s37_aMethodTakesNoIdentityFromItsParams() async throws {
        var options = TestGateway.Options()
        let (scopes, seen) = AsyncStream.makeStream(of: [Scope].self, bufferingPolicy: .bufferingOldest(1))
        options.methods = [ScopeMethod(seen: seen)]
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test(scopes: ["operator.read"]))
                let claim: JSONValue = ["scopes": ["operator.admin"], "role": "node", "client": ["id": "cli"]]
                _ = try await socket.call(ScopeMethod.name, claim)
                let pairing = try await socket.call("device.pair.list", claim)
                #expect(pairing["error"]?["message"] == "missing scope: operator.pairing")
            }
            seen.finish()
            var found: [[Scope]] = []
            for await scopes in scopes { found.append(scopes) }
            #expect(found == [[.read]])
        }
    }
}

/// Says when it is called.
private struct CountingMethod: GatewayMethod {
    static let name = "test.count"
    static let access = MethodAccess.anyone
    let called: AsyncStream<Void>.Continuation

    func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        called.yield()
        return nil
    }
}

/// Says what its caller may do.
private struct ScopeMethod: GatewayMethod {
    static let name = "test.scopes"
    static let access = MethodAccess.read
    let seen: AsyncStream<[Scope]>.Continuation

    func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        seen.yield(context.connection.scopes)
        return nil
    }
}
