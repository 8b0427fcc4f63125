import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// Mode `trusted-proxy`: who is believed, and what he whom the proxy names may do (attacks S10, S17, S18).
@Suite(.timeLimit(.minutes(10))) struct TrustedProxyTests {
    private static let secret = "0123456789abcdef0123456789abcdef"

    private static func settings(
        proxies: [String], secret: String? = secret, users: [String] = [], required: [String] = []
    ) -> AccessSettings {
        var settings = AccessSettings(mode: .trustedProxy)
        settings.trustedProxies = proxies.compactMap { IPRange($0) }
        settings.proxy = ProxyTrust(
            userHeader: "X-Forwarded-User", requiredHeaders: required, allowUsers: users,
            secret: secret.map { Redacted($0) })
        return settings
    }

    /// What the mode says to these headers from `peer`: `ok` or the reason.
    private func verdict(
        peer: String, _ settings: AccessSettings, _ headers: [(String, String)], auth: ConnectParams.Auth = .init()
    ) -> String {
        let remote = RemoteAddress(
            peer: IPAddress(peer), headers: ClientHeaders(headers.map { (name: $0, value: $1) }), settings: settings)
        switch SharedAuth(settings: settings).evaluate(auth, from: remote) {
        case .verified(let mode): return mode == .trustedProxy ? "ok" : "\(mode)"
        case .tailnet, .open: return "open"
        case .failed(let failure): return failure.reason
        }
    }

    @Test func theProxyMustBeTheProxyAndNameOneUser() {
        let settings = Self.settings(
            proxies: ["10.0.0.0/24"], secret: nil, users: ["ann"],
            required: ["X-Auth-Request-Email", "X-Forwarded-Proto"])
        let (email, proto) = (("x-auth-request-email", "ann@example.org"), ("X-Forwarded-Proto", "https"))
        let ann = ("x-forwarded-user", " ann ")
        let cases: [(String, [(String, String)], String)] = [
            ("10.0.0.9", [email, proto, ann], "ok"),
            ("10.0.1.9", [email, proto, ann], "trusted_proxy_untrusted_source"),
            ("10.0.0.9", [proto, ann], "trusted_proxy_missing_header_x-auth-request-email"),
            ("10.0.0.9", [email, ("X-Forwarded-Proto", " "), ann], "trusted_proxy_missing_header_x-forwarded-proto"),
            ("10.0.0.9", [email, proto], "trusted_proxy_user_missing"),
            ("10.0.0.9", [email, proto, ("X-Forwarded-User", "")], "trusted_proxy_user_missing"),
            // One of the two may be the client's.
            ("10.0.0.9", [email, proto, ann, ("X-Forwarded-User", "ann")], "trusted_proxy_user_missing"),
            ("10.0.0.9", [email, proto, ("X-Forwarded-User", "Ann")], "trusted_proxy_user_not_allowed"),
            ("10.0.0.9", [email, proto, ("X-Forwarded-User", "ann, eve")], "trusted_proxy_user_not_allowed"),
            ("127.0.0.1", [email, proto, ann], "trusted_proxy_untrusted_source"),
        ]
        for (peer, headers, expected) in cases {
            #expect(verdict(peer: peer, settings, headers) == expected, "\(peer) \(headers)")
        }
        var broken = settings
        broken.proxy = nil
        #expect(verdict(peer: "10.0.0.9", broken, [email, proto, ann]) == "trusted_proxy_config_missing")
        // A token that is configured, too, is no second way in.
        var both = settings
        both.token = Redacted(TestGateway.token)
        #expect(
            verdict(peer: "192.0.2.1", both, [], auth: .init(token: TestGateway.token))
                == "trusted_proxy_untrusted_source")
        #expect(verdict(peer: "10.0.0.9", Self.settings(proxies: ["10.0.0.9"], secret: nil), [ann]) == "ok")
    }

    @Test func s18_programsOfThisMachineAreNotTheProxy() {
        let user = ("X-Forwarded-User", "ann")
        let right = ("X-OpenClaw-Proxy-Secret", Self.secret)
        for peer in ["127.0.0.1", "::1", "172.17.0.1"] {
            var open = Self.settings(proxies: ["127.0.0.0/8", "::1", "172.16.0.0/12"], secret: nil)
            open.ownAddresses = [IPAddress("172.17.0.1")].compactMap { $0 }.reduce(into: []) { $0.insert($1) }
            #expect(verdict(peer: peer, open, [user]) == "trusted_proxy_untrusted_source", "\(peer)")
            #expect(verdict(peer: peer, open, [user, right]) == "trusted_proxy_untrusted_source", "\(peer)")
            var closed = open
            closed.proxy = Self.settings(proxies: []).proxy
            #expect(verdict(peer: peer, closed, [user, right]) == "ok", "\(peer)")
            for wrong in [
                [], [("X-OpenClaw-Proxy-Secret", "wrong")], [right, right], [right, ("X-OpenClaw-Proxy-Secret", "x")],
            ] {
                #expect(
                    verdict(peer: peer, closed, [user] + wrong) == "trusted_proxy_secret_mismatch", "\(peer) \(wrong)")
            }
            // A container beside the one with the secret.
            #expect(verdict(peer: "172.17.0.9", closed, [user]) == "trusted_proxy_secret_mismatch")
            #expect(verdict(peer: "172.17.0.9", open, [user]) == "ok")
        }
    }

    /// S17: who does not show the secret does not say where a client is, either.
    @Test func s17_forwardedAddressesNeedTheSecretToo() {
        let settings = Self.settings(proxies: ["127.0.0.1"])
        func remote(_ headers: [(String, String)]) -> RemoteAddress {
            RemoteAddress(
                peer: .loopback, headers: ClientHeaders(headers.map { (name: $0, value: $1) }), settings: settings)
        }
        let secret = ("X-OpenClaw-Proxy-Secret", Self.secret)
        let forged = remote([("Host", "claw.example"), ("X-Forwarded-For", "203.0.113.7")])
        #expect(forged.limitKey == "127.0.0.1" && !forged.isLocal && !forged.isProxied)
        #expect(!OriginPolicy(settings: settings).allowsHost(of: forged))
        let real = remote([("Host", "claw.example"), ("X-Forwarded-For", "203.0.113.7"), secret])
        #expect(real.limitKey == "203.0.113.7" && !real.isLocal && real.isProxied)
        #expect(OriginPolicy(settings: settings).allowsHost(of: real))
        // A proxy that says nothing of its clients is not locked out for one of its users, nor for a page on this machine.
        let silent = remote([
            ("Host", "localhost"), ("Origin", "http://localhost"), ("X-Forwarded-User", "ann"), secret,
        ])
        #expect(AttemptLimiter.key(silent, settings.rateLimit) == "user ann" && !silent.isLocal)
    }

    /// The lines that a proxy adds.
    private func proxied(
        _ user: String? = "ann", from address: String = "203.0.113.7", secret: String = secret
    ) -> [String] {
        ["X-Forwarded-For: \(address)", "X-OpenClaw-Proxy-Secret: \(secret)"]
            + (user.map { ["X-Forwarded-User: \($0)"] } ?? [])
    }

    private func options(users: [String] = ["ann"]) -> TestGateway.Options {
        var options = TestGateway.Options()
        options.settings = Self.settings(proxies: ["127.0.0.1"], users: users)
        options.settings.allowedOrigins = ["https://claw.example"]
        return options
    }

    private func attempt(
        _ gateway: TestGateway, _ title: String, _ transcript: inout Transcript, _ headers: [String],
        _ params: (String) throws -> ConnectParams
    ) async throws {
        transcript.title(title)
        let (response, more) = try await RawSocket.gateway(gateway.port, headers: headers) { socket, nonce in
            let response = try await socket.connect(try params(nonce))
            return (response, response["ok"] == true ? try await socket.call("system-presence") : .null)
        }
        if more == .null { return transcript.add(response) }
        let hello = response["payload"]
        transcript.add(
            line: "in, mode \(hello?["snapshot"]?["authMode"]?.text ?? ""), device's scopes "
                + "\(hello?["auth"]?["scopes"]?.text ?? "none")")
        transcript.add(line: "system-presence: \(more["ok"] == true ? "ok" : more["error"]?["message"]?.text ?? "")")
    }

    /// S10: whom the proxy names comes in, and may do what was approved for his device; what he asks for is not asked.
    @Test func s10_theProxysUserHasNoScopesBeforePairing() async throws {
        var transcript = Transcript()
        try await TestGateway.run(options()) { gateway in
            let page = ["Origin: https://claw.example"]
            let asked = ["operator.admin", "operator.read"]
            let device = try TestDevice(seed: 21)
            let now = gateway.time.nowMilliseconds
            func control(_ device: TestDevice?, token: String? = nil) -> (String) throws -> ConnectParams {
                { nonce in
                    let params = ConnectParams.test(
                        scopes: asked, id: "openclaw-control-ui", mode: "webchat", token: token)
                    return try device?.sign(params, nonce: nonce, at: now) ?? params
                }
            }
            func attempt(_ title: String, _ headers: [String], _ params: (String) throws -> ConnectParams) async throws
            {
                try await self.attempt(gateway, title, &transcript, headers, params)
            }
            try await attempt("the page without a device", proxied() + page, control(nil))
            try await attempt("a program without a device", proxied()) { _ in .test(scopes: asked, token: nil) }
            try await attempt("the page with a new device", proxied() + page, control(device))
            let request = try #require(try await gateway.devices.pending().first)
            _ = try await gateway.devices.approve(request.requestID)
            try await attempt("the page with its approved device", proxied() + page, control(device))
            try await attempt("a node without a device", proxied()) { _ in
                var params = ConnectParams.test(scopes: [], token: nil)
                params.role = "node"
                return params
            }
            try await attempt("a user who may not come in", proxied("eve") + page, control(device))
            try await attempt("no user", proxied(nil) + page, control(device))
            try await attempt("a program of this machine that plays the proxy", proxied(secret: "guess")) { _ in
                .test(scopes: asked, token: TestGateway.token)
            }
            try await attempt("the same with a new device", []) {
                try TestDevice(seed: 22).sign(.test(scopes: asked, token: nil), nonce: $0, at: now)
            }
            let token = try await gateway.devices.device(device.id)?.tokens.first?.token.reveal()
            try await attempt(
                "a user who may not come in, with the token of the device", proxied("eve") + page,
                control(device, token: token))
            try await attempt("past the proxy with the token of the device", []) { nonce in
                try device.sign(.test(scopes: asked, token: token), nonce: nonce, at: now)
            }
        }
        expectGolden(transcript.text, "trusted-proxy.txt")
    }

    @Test func guessesOfOneUserLockNobodyElseOut() async throws {
        try await TestGateway.run(options()) { gateway in
            func reason(_ headers: [String]) async throws -> String {
                try await RawSocket.gateway(gateway.port, headers: headers) { socket, _ in
                    let response = try await socket.connect(.test(scopes: [], token: nil))
                    return response["error"]?["details"]?["authReason"]?.stringValue ?? "ok"
                }
            }
            // Without a token nothing was supplied, and the answer is that a device is missing; the attempt counts all the same.
            for _ in 1...10 { _ = try await reason(proxied("eve")) }
            #expect(try await reason(proxied("ann", from: "203.0.113.8")) == "ok")
            for _ in 1...10 { _ = try await reason(proxied(from: "203.0.113.8", secret: "guess")) }
            #expect(try await reason(proxied("ann", from: "203.0.113.8")) == "ok")
            func supplied(_ headers: [String]) async throws -> JSONValue? {
                try await RawSocket.gateway(gateway.port, headers: headers) { socket, _ in
                    try await socket.connect(.test(scopes: []))["error"]
                }
            }
            // The address of whom the proxy does not let in, and this machine, are locked out; also for the right user.
            for headers in [proxied("ann"), []] {
                let error = try await supplied(headers)
                #expect(error?["details"] == ["code": "AUTH_RATE_LIMITED", "authReason": "rate_limited"], "\(headers)")
                #expect(error?["retryAfterMs"] == 300_000)
            }
            gateway.time.advance(by: .seconds(301))
            #expect(try await supplied(proxied("ann")) == nil)
        }
    }
}

/// What a Gateway does not start with.
struct AccessRefusalTests {
    private func record(_ title: String, _ text: String, isWide: Bool = false) throws -> String {
        let value = try JSON5Document.parse(text).value
        let gateway = Configuration.parse(["gateway": value]).configuration.gateway
        do throws(ClawError) {
            _ = try AccessSettings(gateway, listensBeyondLoopback: isWide)
            return "=== \(title)\nstarts\n"
        } catch {
            return "=== \(title)\n\(error.message)\n\(error.hint ?? "")\n"
        }
    }

    @Test func s29_whatWouldLetAnybodyInDoesNotStart() throws {
        var text = ""
        text += try record("none, wide", "{ auth: { mode: 'none' } }", isWide: true)
        text += try record("none", "{ auth: { mode: 'none' } }")
        text += try record("token without a token, wide", "{ auth: { mode: 'token' } }", isWide: true)
        text += try record("password without a password", "{ auth: { mode: 'password' } }")
        text += try record("wide with the page and no origin", "{ auth: { token: 'x' } }", isWide: true)
        text += try record(
            "wide with a token", "{ auth: { token: 'x' }, controlUi: { allowedOrigins: ['https://a.example'] } }",
            isWide: true)
        text += try record("no address", "{ auth: { token: 'x' }, trustedProxies: ['proxy.lan'] }")
        func proxy(_ title: String, _ trust: String, _ proxies: String, isWide: Bool = false) throws {
            text += try record(
                title,
                """
                { auth: { mode: 'trusted-proxy', trustedProxy: \(trust) }, trustedProxies: \(proxies),
                  controlUi: { allowedOrigins: ['https://a.example'] } }
                """, isWide: isWide)
        }
        let long = "0123456789abcdef01234567"
        try proxy("proxy without a header", "{ secret: '\(long)' }", "['10.0.0.1']")
        try proxy("proxy without an address", "{ userHeader: 'X-User' }", "[]")
        try proxy("proxy on this machine without a secret", "{ userHeader: 'X-User' }", "['10.0.0.1', '127.0.0.1']")
        try proxy("every address without a secret", "{ userHeader: 'X-User' }", "['0.0.0.0/0']")
        try proxy("proxy with a short secret", "{ userHeader: 'X-User', secret: 'short' }", "['127.0.0.1']")
        try proxy("proxy with an unset secret", "{ userHeader: 'X-User', secret: '${PROXY_SECRET}' }", "['127.0.0.1']")
        try proxy("proxy on this machine", "{ userHeader: 'X-User', secret: '\(long)' }", "['127.0.0.1']", isWide: true)
        try proxy("proxy elsewhere", "{ userHeader: 'X-User' }", "['10.0.0.0/8']", isWide: true)
        expectGolden(text, "refused-starts.txt")
    }
}
