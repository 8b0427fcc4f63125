import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import HTTPTypes
import Hummingbird
import Testing

/// Says who called and what came.
private struct EchoEndpoint: HTTPEndpoint {
    static let path = "/test/echo"
    static let method = HTTPRequest.Method.post
    static let access = MethodAccess.write
    let bodyLimit = 1000

    func respond(to call: HTTPCall) async throws -> Response {
        let scopes = call.caller.scopes.map(\.rawValue).joined(separator: ",")
        return Response(
            status: .ok, body: ResponseBody(byteBuffer: .init(string: "\(call.body.count) bytes, scopes \(scopes)")))
    }
}

private struct AdminEndpoint: HTTPEndpoint {
    static let path = "/test/admin"
    static let method = HTTPRequest.Method.post
    static let access = MethodAccess.admin

    func respond(to call: HTTPCall) async throws -> Response { Response(status: .noContent) }
}

@Suite(.timeLimit(.minutes(10))) struct HTTPRoutesTests {
    private static let bearer = "Authorization: Bearer \(TestGateway.token)"

    private func options() -> TestGateway.Options {
        var options = TestGateway.Options()
        options.endpoints = [EchoEndpoint(), AdminEndpoint()]
        return options
    }

    /// One request on a socket of its own; the answer to its end.
    private func ask(
        _ gateway: TestGateway, _ first: String, _ headers: [String] = [], body: String = "", host: String = "localhost"
    ) async throws -> String {
        try await RawSocket.open(gateway.port) { socket in
            var lines = ["\(first) HTTP/1.1", "Host: \(host)"] + headers
            if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
            try await socket.send((lines + ["Connection: close"]).joined(separator: "\r\n") + "\r\n\r\n" + body)
            return try await socket.rest()
        }
    }

    private func status(_ answer: String) -> String { String(answer.prefix(12).suffix(3)) }

    private func body(_ answer: String) -> String {
        answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    @Test func probesAnswerWithoutASecret() async throws {
        var options = options()
        options.unreadiness = "draining"
        options.page = { _, _, _ in nil }
        try await TestGateway.run(options) { gateway in
            for path in ["/health", "/healthz", "/%68ealth", "//healthz/"] {
                let answer = try await ask(gateway, "GET \(path)")
                #expect(status(answer) == "200" && body(answer) == #"{"ok":true,"status":"live"}"#, "\(path)")
                #expect(answer.contains("Cache-Control: no-store"))
            }
            for path in ["/ready", "/readyz"] {
                let answer = try await ask(gateway, "GET \(path)")
                #expect(status(answer) == "503" && body(answer) == #"{"ok":false,"status":"draining"}"#)
            }
            let post = try await ask(gateway, "POST /healthz")
            #expect(status(post) == "405" && post.contains("Allow: GET, HEAD") && body(post) == "Method Not Allowed")
        }
        try await TestGateway.run(self.options()) { gateway in
            #expect(body(try await ask(gateway, "GET /readyz")) == #"{"ok":true,"status":"ready"}"#)
            let head = try await ask(gateway, "HEAD /readyz")
            #expect(status(head) == "200" && body(head) == "")
        }
    }

    /// S56: every answer has them, errors and refusals at the door included.
    @Test func s56_everyAnswerHasTheSecurityHeaders() async throws {
        var options = options()
        options.transportSecurity = "max-age=31536000"
        try await TestGateway.run(options) { gateway in
            let answers = [
                try await ask(gateway, "GET /health"), try await ask(gateway, "GET /nothing"),
                try await ask(gateway, "POST /test/echo"), try await ask(gateway, "GET /test/echo"),
                try await ask(gateway, "POST /test/echo", [Self.bearer], body: "x"),
                try await ask(gateway, "GET /%zz"), try await ask(gateway, "GET /health", host: "evil.example"),
                try await ask(gateway, "POST /test/echo", [Self.bearer, "Origin: http://evil.example"]),
            ]
            #expect(answers.map(status) == ["200", "404", "401", "405", "200", "400", "403", "403"])
            for answer in answers {
                for header in [
                    "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "X-Frame-Options: DENY",
                ] {
                    #expect(answer.contains(header), "\(answer)")
                }
                // What is refused at the door never comes to where this header is known.
                if !answer.contains("does not answer to that name") {
                    #expect(answer.contains("Strict-Transport-Security: max-age=31536000"), "\(answer)")
                }
            }
        }
    }

    /// S53: who has no secret learns that there is a Gateway, and nothing of its version, its files or its machine.
    @Test func s53_strangersLearnNeitherVersionNorPaths() async throws {
        try await TestGateway.run(options()) { gateway in
            var texts: [String] = []
            for path in ["/", "/health", "/readyz", "/nothing", "/v1/models", "/%zz", "/openclaw.json"] {
                texts.append(try await ask(gateway, "GET \(path)"))
            }
            texts.append(try await ask(gateway, "POST /test/echo"))
            texts.append(try await ask(gateway, "GET /health", host: "evil.example"))
            for method in ["connect", "status"] {
                texts += try await RawSocket.open(gateway.port) { socket in
                    var texts = [try await socket.upgrade()]
                    texts.append(try await socket.json().text)
                    texts.append(try await socket.call(method, ConnectParams.test(token: "wrong").json).text)
                    return texts
                }
            }
            for text in texts {
                for word in ["1.2.3", "/config", "/state", "testhost", "192.0.2.1", "ummingbird", "Swift", "Server:"] {
                    #expect(!text.contains(word), "\(word) in \(text)")
                }
            }
        }
    }

    @Test func onlyTheSecretOpens() async throws {
        try await TestGateway.run(options()) { gateway in
            let right = try await ask(gateway, "POST /test/echo", [Self.bearer], body: "hello")
            #expect(
                body(right)
                    == "5 bytes, scopes operator.admin,operator.read,operator.write,operator.approvals,operator.pairing"
            )
            let lower = try await ask(gateway, "POST /test/echo", ["authorization: bearer \(TestGateway.token)"])
            #expect(status(lower) == "200")
            let unauthorized = #"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#
            for header in [
                [], ["Authorization: Bearer wrong"], ["Authorization: Basic \(TestGateway.token)"],
                ["Authorization: Bearer"],
                ["Authorization: \(TestGateway.token)"], ["X-OpenClaw-Token: \(TestGateway.token)"],
            ] {
                let answer = try await ask(gateway, "POST /test/echo?token=\(TestGateway.token)", header)
                #expect(status(answer) == "401" && body(answer) == unauthorized, "\(header)")
            }
            // The method is judged before the secret, and another spelling of the path is the same path.
            #expect(status(try await ask(gateway, "GET /test/echo")) == "405")
            #expect(status(try await ask(gateway, "POST /test/%65cho")) == "401")
            #expect(status(try await ask(gateway, "POST //test/./echo/")) == "401")
        }
    }

    /// S07: what comes through a proxy is not local, and the shared secret alone then reads and writes only.
    @Test func s07_theSecretAloneIsNoAdministratorFromElsewhere() async throws {
        try await TestGateway.run(options()) { gateway in
            let forwarded = [Self.bearer, "X-Forwarded-For: 203.0.113.7"]
            let answer = try await ask(gateway, "POST /test/echo", forwarded)
            #expect(body(answer) == "0 bytes, scopes operator.read,operator.write")
            let refused = try await ask(gateway, "POST /test/admin", forwarded)
            #expect(status(refused) == "403")
            #expect(
                body(refused) == #"{"error":{"message":"missing scope: operator.admin","type":"permission_error"}}"#)
            #expect(status(try await ask(gateway, "POST /test/admin", [Self.bearer])) == "204")
        }
    }

    /// S05: one budget for bearers and handshakes.
    @Test func s05_wrongBearersLockTheWebSocketToo() async throws {
        try await TestGateway.run(options()) { gateway in
            for _ in 0..<10 { _ = try await ask(gateway, "POST /test/echo", ["Authorization: Bearer wrong"]) }
            let locked = try await ask(gateway, "POST /test/echo", [Self.bearer])
            #expect(status(locked) == "429" && locked.contains("Retry-After: 300"))
            #expect(
                body(locked)
                    == #"{"error":{"message":"Too many failed authentication attempts. Please try again later.","#
                    + #""type":"rate_limited"}}"#)
            let code = try await RawSocket.gateway(gateway.port) { socket, _ in
                try await socket.connect(.test())["error"]?["details"]?["code"]?.stringValue
            }
            #expect(code == "AUTH_RATE_LIMITED")
            gateway.time.advance(by: .seconds(301))
            #expect(status(try await ask(gateway, "POST /test/echo", [Self.bearer])) == "200")
        }
    }

    /// S43: a page of another site cannot make a browser call, even where it knows the secret.
    @Test(arguments: ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"])
    func s43_foreignPagesAreRefused(_ header: String) async throws {
        try await TestGateway.run(options()) { gateway in
            #expect(status(try await ask(gateway, "POST /test/echo", [Self.bearer, header])) == "403")
            let own = "Origin: http://127.0.0.1:\(gateway.port)"
            let same = try await ask(gateway, "POST /test/echo", [Self.bearer, own], host: "127.0.0.1:\(gateway.port)")
            #expect(status(same) == "200")
        }
    }

    /// S18: the headers that name a user count only with the secret of the proxy; then no bearer is needed, and none helps. A
    /// browser sends the proxy's cookie for any page, so that the page's origin decides (S43).
    @Test func s18_s43_theProxyNamesTheCaller() async throws {
        var options = options()
        options.settings = AccessSettings(mode: .trustedProxy, token: Redacted(TestGateway.token))
        options.settings.trustedProxies = [IPRange("127.0.0.1")].compactMap { $0 }
        options.settings.proxy = ProxyTrust(
            userHeader: "X-User", allowUsers: ["ann"], secret: Redacted("0123456789abcdef01234567"))
        options.settings.allowedOrigins = ["https://claw.example"]
        let proof = "X-OpenClaw-Proxy-Secret: 0123456789abcdef01234567"
        let from = "X-Forwarded-For: 203.0.113.7"
        try await TestGateway.run(options) { gateway in
            let named = [proof, from, "X-User: ann"]
            let host = "claw.example"
            let right = try await ask(gateway, "POST /test/echo", named, body: "hello", host: host)
            #expect(body(right) == "5 bytes, scopes operator.read,operator.write")
            #expect(status(try await ask(gateway, "POST /test/admin", named, host: host)) == "403")
            let page = "Origin: https://claw.example"
            #expect(status(try await ask(gateway, "POST /test/echo", named + [page], host: host)) == "200")
            for foreign in ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                #expect(status(try await ask(gateway, "POST /test/echo", named + [foreign], host: host)) == "403")
            }
            for headers in [
                [Self.bearer], [proof, from, "X-User: eve"], [proof, from], ["X-User: ann"], [from, "X-User: ann"],
                [proof, from, "X-User: ann", "X-User: ann"], ["X-OpenClaw-Proxy-Secret: wrong", "X-User: ann"],
            ] {
                #expect(status(try await ask(gateway, "POST /test/echo", headers)) == "401", "\(headers)")
            }
            // Names that only a proxy can have given are refused from others.
            #expect(status(try await ask(gateway, "GET /health", [from], host: host)) == "200")
            #expect(status(try await ask(gateway, "GET /health", [from], host: "evil.example")) == "403")
            #expect(status(try await ask(gateway, "GET /health", [from, proof], host: "other.example")) == "200")
        }
    }

    /// S46: a body that is too long, told or not, ends the connection before it is held.
    @Test func s46_bodiesAreBoundedBeforeTheyAreHeld() async throws {
        try await TestGateway.run(options()) { gateway in
            let long = try await ask(
                gateway, "POST /test/echo", [Self.bearer], body: String(repeating: "x", count: 1001))
            #expect(status(long) == "413" && long.contains("Connection: close"))
            #expect(
                body(long) == #"{"error":{"message":"Payload too large","type":"invalid_request_error"}}"#)
            let told = try await RawSocket.open(gateway.port) { socket in
                // Nothing of the gigabyte needs to come.
                try await socket.send(
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nContent-Length: 1073741824\r\n\r\n"
                )
                return try await socket.rest()
            }
            #expect(status(told) == "413")
            let chunked = try await RawSocket.open(gateway.port) { socket in
                try await socket.send(
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for _ in 0..<3 { try await socket.send("190\r\n\(String(repeating: "y", count: 400))\r\n") }
                return try await socket.rest()
            }
            #expect(status(chunked) == "413")
        }
    }

    @Test func s46_aBodyThatDoesNotComeEndsByDeadline() async throws {
        try await TestGateway.run(options()) { gateway in
            let slow = try await RawSocket.open(gateway.port) { socket in
                try await socket.send(
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nContent-Length: 10\r\n\r\nhalf")
                await gateway.time.waitForSleepers(1)
                gateway.time.advance(by: .seconds(31))
                return try await socket.rest()
            }
            #expect(status(slow) == "408" && slow.contains("Connection: close"))
            #expect(body(slow) == #"{"error":{"message":"Request body timeout","type":"invalid_request_error"}}"#)
        }
    }

    /// S46: one that comes byte by byte has no more time than one that does not come.
    @Test func s46_aBodyThatDripsEndsByDeadline() async throws {
        try await TestGateway.run(options()) { gateway in
            let slow = try await RawSocket.open(gateway.port) { socket in
                try await socket.send(
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nContent-Length: 100\r\n\r\n")
                for _ in 0..<3 {
                    await gateway.time.waitForSleepers(1)
                    try await socket.send("x")
                    gateway.time.advance(by: .seconds(10))
                }
                gateway.time.advance(by: .seconds(1))
                return try await socket.rest()
            }
            #expect(status(slow) == "408" && slow.contains("Connection: close"))
        }
    }

    /// S46: strangers are answered before anything of their bodies is read, however many they are, and nobody waits for them.
    @Test func s46_bodiesOfStrangersAreNotRead() async throws {
        try await TestGateway.run(options()) { gateway in
            let port = gateway.port
            let head =
                "POST /test/echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await RawSocket.open(port) { socket in
                            // A gigabyte is announced, and stays away.
                            try await socket.send(head + "40000000\r\nxxxx")
                            return try await socket.rest()
                        }
                    }
                }
                // Strangers lock themselves out, and not who comes from elsewhere.
                var answers: [String] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(answers.count == 200)
            #expect(answers.allSatisfy { ["401", "429"].contains(status($0)) && $0.contains("Connection: close") })
            #expect(answers.contains { status($0) == "401" })
            gateway.time.advance(by: .seconds(301))
            #expect(status(try await ask(gateway, "POST /test/echo", [Self.bearer], body: "x")) == "200")
        }
    }

    @Test func aConnectionServesManyRequests() async throws {
        try await TestGateway.run(options()) { gateway in
            let answers = try await RawSocket.open(gateway.port) { socket in
                let request =
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nContent-Length: 2\r\n\r\nhi"
                try await socket.send(request + request)
                try await socket.send(
                    "POST /test/echo HTTP/1.1\r\nHost: localhost\r\n\(Self.bearer)\r\nConnection: close\r\n\r\n")
                return try await socket.rest()
            }
            #expect(answers.split(separator: "HTTP/1.1 200 OK").count == 3)
        }
    }
}
