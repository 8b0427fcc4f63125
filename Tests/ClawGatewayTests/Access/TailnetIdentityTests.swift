import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import HTTPTypes
import Hummingbird
import Synchronization
import Testing

private struct TailnetProbe: HTTPEndpoint {
    static let path = "/probe"
    static let method = HTTPRequest.Method.post
    static let access = MethodAccess.write

    func respond(to call: HTTPCall) async throws -> Response { Response(status: .ok) }
}

/// Users whom Tailscale names: who is believed, and what he gets (attacks S32).
@Suite(.timeLimit(.minutes(10))) struct TailnetIdentityTests {
    private static let phone = "100.64.0.9"

    /// What Tailscale's proxy adds for a device of the tailnet.
    private static func proxied(login: String = "ann@example.com", from address: String = phone) -> [String] {
        [
            "Tailscale-User-Login: \(login)", "Tailscale-User-Name: Ann", "X-Forwarded-For: \(address)",
            "X-Forwarded-Proto: https", "X-Forwarded-Host: box.tail1234.ts.net",
        ]
    }

    private func options(_ owners: [String: String]? = [phone: "Ann@Example.com"]) -> TestGateway.Options {
        var options = TestGateway.Options()
        options.settings.allowsTailnetUsers = true
        options.settings.isShownByTailscale = true
        options.owners = owners
        return options
    }

    /// The answer to a connect of a new device with these headers and no token.
    private func connect(_ gateway: TestGateway, _ headers: [String], seed: UInt8 = 61) async throws -> JSONValue {
        let device = try TestDevice(seed: seed)
        let now = gateway.time.nowMilliseconds
        return try await RawSocket.gateway(gateway.port, headers: headers) { socket, nonce in
            try await socket.connect(try device.sign(.test(token: nil), nonce: nonce, at: now))
        }
    }

    private func code(_ response: JSONValue) -> String? { response["error"]?["details"]?["code"]?.stringValue }

    private func claim(_ lines: [String], peer: String = "127.0.0.1") -> String {
        let headers = ClientHeaders(
            lines.map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (name: String(parts[0]), value: String(parts[1].dropFirst()))
            })
        do {
            let claim = try TailnetClaim(peer: IPAddress(peer), headers: headers)
            return "\(claim.login) \(claim.address)"
        } catch {
            return error.rawValue
        }
    }

    @Test func s32_onlyTheProxyOfThisMachineNamesUsers() {
        let whole = Self.proxied()
        #expect(claim(whole) == "ann@example.com 100.64.0.9")
        #expect(claim(whole, peer: "::1") == "ann@example.com 100.64.0.9")
        for peer in ["100.64.0.9", "192.168.1.7", "203.0.113.9"] {
            #expect(claim(whole, peer: peer) == "tailscale_proxy_missing", "\(peer)")
        }
        #expect(claim(Array(whole.dropFirst())) == "tailscale_user_missing")
        #expect(claim(whole + ["Tailscale-User-Login: eve@example.com"]) == "tailscale_user_missing")
        for name in ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"] {
            #expect(claim(whole.filter { !$0.hasPrefix(name) }) == "tailscale_proxy_missing", "\(name)")
            #expect(claim(whole + ["\(name): 100.64.0.1"]) == "tailscale_proxy_missing", "two of \(name)")
        }
        #expect(claim(whole + ["Tailscale-Funnel-Request: ?1"]) == "tailscale_proxy_missing")
        #expect(claim(Self.proxied(from: "100.64.0.1, 100.64.0.9, 127.0.0.1")) == "ann@example.com 100.64.0.9")
        #expect(claim(Self.proxied(from: "127.0.0.1")) == "tailscale_proxy_missing")
        #expect(claim(Self.proxied(from: "rubbish")) == "tailscale_proxy_missing")
    }

    @Test func s32_aUserNeedsNoTokenAndHisDeviceIsApproved() async throws {
        try await TestGateway.run(options()) { gateway in
            let first = try await connect(gateway, Self.proxied())
            #expect(code(first) == "PAIRING_REQUIRED")
            let request = try #require(first["error"]?["details"]?["requestId"]?.stringValue)
            _ = try await gateway.devices.approve(request)
            let second = try await connect(gateway, Self.proxied())
            #expect(second["ok"] == true && second["payload"]?["auth"]?["role"] == "operator", "\(second)")
            // Without a device he is nobody.
            let bare = try await RawSocket.gateway(gateway.port, headers: Self.proxied()) { socket, _ in
                try await socket.connect(.test(token: nil))
            }
            #expect(code(bare) == "DEVICE_IDENTITY_REQUIRED")
        }
    }

    @Test func s32_whomTailscaleDoesNotConfirmNeedsTheToken() async throws {
        try await TestGateway.run(options()) { gateway in
            let cases: [(String, [String])] = [
                ("another's name", Self.proxied(login: "eve@example.com")),
                ("an address of nobody", Self.proxied(from: "100.64.0.10")),
                ("an address outside", Self.proxied(from: "203.0.113.5")),
                ("no headers of the proxy", ["Tailscale-User-Login: ann@example.com"]),
                ("through Funnel", Self.proxied() + ["Tailscale-Funnel-Request: ?1"]),
            ]
            for (name, headers) in cases {
                let answer = try await connect(gateway, headers)
                #expect(code(answer) == "AUTH_TOKEN_MISSING", "\(name)")
            }
        }
        // Nobody to ask, and users of the tailnet not allowed.
        try await TestGateway.run(options(nil)) { gateway in
            let answer = try await connect(gateway, Self.proxied())
            #expect(code(answer) == "AUTH_TOKEN_MISSING")
        }
        var refused = options()
        refused.settings.allowsTailnetUsers = false
        try await TestGateway.run(refused) { gateway in
            let answer = try await connect(gateway, Self.proxied())
            #expect(code(answer) == "AUTH_TOKEN_MISSING")
        }
    }

    @Test func s32_routesForProgramsNeedTheToken() async throws {
        var options = options()
        options.endpoints = [TailnetProbe()]
        try await TestGateway.run(options) { gateway in
            func status(_ more: [String]) async throws -> String {
                try await RawSocket.open(gateway.port) { socket in
                    let lines =
                        ["POST /probe HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 2"] + Self.proxied() + more
                    try await socket.send(lines.joined(separator: "\r\n") + "\r\n\r\n{}")
                    return String(try await socket.head().prefix(12))
                }
            }
            let statuses = [try await status([]), try await status(["Authorization: Bearer \(TestGateway.token)"])]
            #expect(statuses == ["HTTP/1.1 401", "HTTP/1.1 200"])
        }
    }

    /// Clients behind Tailscale's proxy share the address of this machine; neither they nor the command line pay for each other.
    @Test func s05_whatComesThroughTailscaleCountsByItself() async throws {
        var options = options()
        options.settings.rateLimit.exemptLoopback = true
        options.settings.rateLimit.maxAttempts = 2
        try await TestGateway.run(options) { gateway in
            func guess(_ token: String?, _ headers: [String]) async throws -> JSONValue {
                try await RawSocket.gateway(gateway.port, headers: headers) { socket, _ in
                    try await socket.connect(.test(scopes: [], token: token))
                }
            }
            func stranger(_ number: Int) -> [String] { ["X-Forwarded-For: 198.51.100.\(number)"] }
            for _ in 0..<2 { _ = try await guess("guess", stranger(1)) }
            #expect(code(try await guess(TestGateway.token, stranger(1))) == "AUTH_RATE_LIMITED")
            #expect(try await guess(TestGateway.token, stranger(2))["ok"] == true)
            #expect(try await guess(TestGateway.token, [])["ok"] == true)
            // A program here that names a new address each time comes to an end as well.
            for number in 3..<41 { _ = try await guess("guess", stranger(number)) }
            #expect(code(try await guess(TestGateway.token, stranger(99))) == "AUTH_RATE_LIMITED")
            #expect(try await guess(TestGateway.token, [])["ok"] == true)
        }
    }

    @Test func answersAreKeptForAMinuteAndFailuresForSeconds() async throws {
        let time = ManualTimeSource()
        let asked = Mutex<[String]>([])
        let directory = TailnetDirectory(time: time) { address in
            asked.withLock { $0.append("\(address)") }
            return address.bytes[3] == 9 ? "ann@example.com" : nil
        }
        let phone = try #require(IPAddress("100.64.0.9"))
        let stranger = try #require(IPAddress("100.64.0.10"))
        let outside = try #require(IPAddress("8.8.8.8"))
        for seconds in [4, 3, 52, 2] {
            #expect(await directory.account(of: phone) == "ann@example.com")
            #expect(await directory.account(of: stranger) == nil)
            #expect(await directory.account(of: outside) == nil)
            time.advance(by: .seconds(seconds))
        }
        #expect(await directory.account(of: phone) == "ann@example.com")
        let all = asked.withLock { $0 }
        #expect(all.filter { $0 == "\(phone)" }.count == 2, "\(all)")
        #expect(all.filter { $0 == "\(stranger)" }.count == 3, "\(all)")
        #expect(!all.contains("\(outside)"))
    }
}
