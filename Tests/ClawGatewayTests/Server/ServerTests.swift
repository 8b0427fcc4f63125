import ClawGateway
import ClawProtocol
import ClawSupport
import ClawWebUI
import Testing

/// A method that waits until its connection goes.
private struct WaitingMethod: GatewayMethod {
    static let name = "test.wait"
    static let access = MethodAccess.read
    let started: AsyncStream<Void>.Continuation
    let ended: AsyncStream<Void>.Continuation

    func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        context.respond(early: ["status": "accepted"])
        started.yield()
        do {
            try await Task.sleep(for: .seconds(3600))
        } catch {
            ended.yield()
            throw error
        }
        return nil
    }
}

struct ServerTests {
    private func get(_ port: Int, _ lines: [String]) async throws -> String {
        try await RawSocket.open(port) { socket in
            try await socket.send((lines + ["Connection: close"]).joined(separator: "\r\n") + "\r\n\r\n")
            return try await socket.rest()
        }
    }

    @Test func plainHTTP() async throws {
        var options = TestGateway.Options()
        options.page = { method, target, _ in
            guard target == "/page?x=1" else { return nil }
            return WebAssets.locate(explicit: "/nowhere", executable: "/nowhere").answer(method: method, target: "/")
        }
        try await TestGateway.run(options) { gateway in
            let port = gateway.port
            let health = try await get(port, ["GET /health HTTP/1.1", "Host: localhost"])
            #expect(health.hasPrefix("HTTP/1.1 200 OK"))
            #expect(health.hasSuffix("\r\n\r\n" + #"{"ok":true,"status":"live"}"#))
            #expect(health.contains("X-Content-Type-Options: nosniff"))
            let head = try await get(port, ["HEAD /health HTTP/1.1", "Host: localhost"])
            #expect(head.contains("Content-Length: 27") && head.hasSuffix("\r\n\r\n"))
            let missing = try await get(port, ["GET /nothing HTTP/1.1", "Host: localhost"])
            #expect(missing.hasPrefix("HTTP/1.1 404 Not Found") && missing.contains("X-Frame-Options: DENY"))
            let page = try await get(port, ["GET /page?x=1 HTTP/1.1", "Host: localhost"])
            #expect(page.hasPrefix("HTTP/1.1 503") && page.contains("gateway.controlUi.root"))
            let foreign = try await get(port, ["GET /health HTTP/1.1", "Host: evil.example"])
            #expect(foreign.hasPrefix("HTTP/1.1 403 Forbidden"))
            let rubbish = try await get(port, ["\u{1}\u{2}"])
            #expect(rubbish.hasPrefix("HTTP/1.1 400 Bad Request"))
        }
    }

    @Test func s02_s03_refusedUpgrades() async throws {
        try await TestGateway.run { gateway in
            let port = gateway.port
            func status(_ headers: [String], host: String = "127.0.0.1") async throws -> String {
                try await RawSocket.open(port) { socket in
                    String(try await socket.upgrade(headers: headers, host: host).prefix(12))
                }
            }
            #expect(try await status([]) == "HTTP/1.1 101")
            #expect(try await status(["Origin: http://localhost"]) == "HTTP/1.1 101")
            for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.com"] {
                #expect(try await status(["Origin: \(origin)"]) == "HTTP/1.1 403", "\(origin)")
            }
            let rebound = try await status(["Origin: http://evil.example"], host: "evil.example")
            #expect(rebound == "HTTP/1.1 403")
            #expect(try await status([], host: "evil.example") == "HTTP/1.1 403")
            let old = [
                "GET / HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 8",
            ]
            try await RawSocket.open(port) { socket in
                try await socket.send(old.joined(separator: "\r\n") + "\r\n\r\n")
                #expect(try await socket.rest().hasPrefix("HTTP/1.1 426 Upgrade Required"))
            }
            try await RawSocket.open(port) { socket in
                try await socket.send(old.dropLast(2).joined(separator: "\r\n") + "\r\n\r\n")
                #expect(try await socket.rest().hasPrefix("HTTP/1.1 400 Bad Request"))
            }
        }
    }

    @Test func pingsAreAnsweredAndCloseIsEchoed() async throws {
        try await TestGateway.run { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                try await socket.frame([1, 2, 3], opcode: 9)
                #expect(try await socket.nextFrame() == RawSocket.Frame(opcode: 10, payload: [1, 2, 3]))
                _ = try await socket.connect(.test())
                try await socket.frame(RequestFrame(id: "b", method: "health").json.bytes, opcode: 2)
                #expect(try await socket.json()["id"] == "b")
                try await socket.frame([0x0F, 0xA0], opcode: 8)
                #expect(try await socket.closing() == "4000 ")
            }
        }
    }

    @Test func s48_messagesThatAreTooLargeEndTheConnection() async throws {
        try await TestGateway.run { gateway in
            let large = [UInt8](repeating: UInt8(ascii: "x"), count: 65_537)
            try await RawSocket.gateway(gateway.port) { socket, _ in
                try await socket.frame(large)
                #expect(try await socket.closing() == "1009 ")
            }
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test())
                let params: JSONValue = ["pad": .string(String(decoding: large, as: UTF8.self))]
                #expect(try await socket.call("health", params)["ok"] == true)
                try await socket.send([0x81, 0xFF, 0, 0, 0, 0, 0x01, 0x90, 0x00, 0x01, 0, 0, 0, 0])
                #expect(try await socket.closing() == "1009 ")
            }
        }
    }

    @Test func s48_silentSocketsAreClosed() async throws {
        var options = TestGateway.Options()
        options.handshakeTimeout = 1500
        try await TestGateway.run(options) { gateway in
            let silent = try await RawSocket.open(gateway.port) { socket in try await socket.rest() }
            #expect(silent == "")
            let undecided = try await RawSocket.gateway(gateway.port) { socket, _ in try await socket.closing() }
            #expect(undecided == "1000 ")
        }
    }

    /// S48: those who say nothing hold nobody else up, and are gone by the deadline.
    @Test func s48_aThousandSilentSocketsLeaveRoom() async throws {
        var options = TestGateway.Options()
        // Enough for one handshake on a machine that is busy with all the others.
        options.handshakeTimeout = 15_000
        try await TestGateway.run(options) { gateway in
            let (opened, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1000))
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<1000 {
                    group.addTask {
                        try await RawSocket.open(gateway.port) { socket in
                            open.yield()
                            return try await socket.rest()
                        }
                    }
                }
                var count = 0
                for await _ in opened {
                    count += 1
                    if count == 1000 { break }
                }
                let hello = try await RawSocket.gateway(gateway.port) { socket, _ in try await socket.connect(.test()) }
                #expect(hello["ok"] == true)
                for try await rest in group { #expect(rest == "") }
            }
        }
    }

    @Test func s48_socketsBeyondTheLimitAreRefused() async throws {
        var options = TestGateway.Options()
        options.limits.unauthenticated = 1
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { first, _ in
                let refused = try await RawSocket.open(gateway.port) { second in try await second.rest() }
                #expect(refused == "")
                _ = try await first.connect(.test())
                let third = try await RawSocket.gateway(gateway.port) { socket, _ in
                    try await socket.connect(.test())
                }
                #expect(third["ok"] == true)
            }
        }
    }

    /// S48: clients behind one proxy have a limit each, and a proxy elsewhere none of its own.
    @Test func s48_clientsBehindAProxyCountByThemselves() async throws {
        var options = TestGateway.Options()
        options.limits.unauthenticatedPerAddress = 2
        options.handshakeTimeout = 60_000
        options.settings.trustedProxies = [IPRange("127.0.0.0/8")].compactMap(\.self)
        try await TestGateway.run(options) { gateway in
            func from(_ client: String) -> [String] { ["X-Forwarded-For: \(client)"] }
            try await RawSocket.gateway(gateway.port, headers: from("203.0.113.5")) { first, _ in
                try await RawSocket.gateway(gateway.port, headers: from("203.0.113.5")) { _, _ in
                    let refused = try await RawSocket.open(gateway.port) { third in
                        try await third.upgrade(headers: from("203.0.113.5"))
                    }
                    #expect(refused.hasPrefix("HTTP/1.1 503 "), "\(refused)")
                    // Others are not held up, and neither are those who do not say where they are.
                    for headers in [from("203.0.113.6"), []] {
                        let hello = try await RawSocket.gateway(gateway.port, headers: headers) { socket, _ in
                            try await socket.connect(.test())
                        }
                        #expect(hello["ok"] == true, "\(headers)")
                    }
                    _ = try await first.connect(.test(scopes: []))
                    let another = try await RawSocket.gateway(gateway.port, headers: from("203.0.113.5")) { socket, _ in
                        try await socket.connect(.test(scopes: []))
                    }
                    #expect(another["ok"] == true)
                }
            }
        }
    }

    @Test func s48_aProxyElsewhereHasNoLimitOfItsOwn() throws {
        var limits = ConnectionLimits()
        limits.unauthenticatedPerAddress = 1
        let counter = ConnectionCounter(limits: limits)
        let proxy = try #require(IPAddress("10.0.0.1"))
        let (ann, eve) = (try #require(IPAddress("203.0.113.5")), try #require(IPAddress("2001:db8::1")))
        let first = try #require(counter.admit(proxy, isProxy: true))
        let second = try #require(counter.admit(proxy, isProxy: true))
        #expect(first.attribute(to: ann) && !second.attribute(to: ann))
        #expect(second.attribute(to: eve))
        // The network of one subscriber.
        let third = try #require(counter.admit(proxy, isProxy: true))
        #expect(!third.attribute(to: IPAddress("2001:db8::2")))
        first.promote()
        #expect(third.attribute(to: ann))
        for permit in [first, second, third] { permit.release() }
        #expect(counter.counts == (0, 0))
        let direct = try #require(counter.admit(ann))
        #expect(counter.admit(ann) == nil && direct.attribute(to: eve))
        #expect(counter.admit(eve) != nil)
        direct.release()
        #expect(counter.admit(ann) != nil)
    }

    @Test func workOfAConnectionEndsWithIt() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let (ended, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        var options = TestGateway.Options()
        options.methods = [WaitingMethod(started: start, ended: end)]
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test())
                #expect(try await socket.call("test.wait")["payload"]?["status"] == "accepted")
                for await _ in started { break }
            }
            for await _ in ended { break }
        }
    }

    @Test func tooManyRequestsAreRefused() async throws {
        let (_, start) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let (_, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        var options = TestGateway.Options()
        options.methods = [WaitingMethod(started: start, ended: end)]
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test())
                for number in 1...65 { try await socket.request("w\(number)", "test.wait") }
                while true {
                    let json = try await socket.json()
                    guard json["ok"] == false else { continue }
                    #expect(json["id"] == "w65")
                    #expect(json["error"]?["code"] == "UNAVAILABLE")
                    break
                }
            }
        }
    }

    @Test func shutdownTellsAndCloses() async throws {
        try await TestGateway.run { gateway in
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let service = ConnectionsService(hub: gateway.hub, time: gateway.time)
                    service.announceRestart()
                    group.addTask { try await service.run() }
                    group.cancelAll()
                    let event = try await socket.event("shutdown")
                    #expect(event["payload"] == ["reason": "gateway restarting", "restartExpectedMs": 1500])
                    #expect(try await socket.closing() == "1012 service restart")
                }
            }
        }
    }
}
