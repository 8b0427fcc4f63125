import ClawGateway
import ClawSupport
import ClawTestKit
import Testing

struct AccessTableTests {
    private func remote(
        peer: String = "127.0.0.1", _ headers: [(String, String)], _ change: (inout AccessSettings) -> Void = { _ in }
    ) -> RemoteAddress {
        var settings = AccessSettings(mode: .none)
        change(&settings)
        return RemoteAddress(
            peer: IPAddress(peer), headers: ClientHeaders(headers.map { (name: $0, value: $1) }), settings: settings)
    }

    @Test func addresses() {
        let cases: [(String, String?)] = [
            ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("::ffff:10.1.2.3", "10.1.2.3"),
            ("2001:db8:0:0:0:0:0:5", "2001:db8::5"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::", "::"),
            ("256.1.1.1", nil), ("1.2.3", nil), ("1::2::3", nil), ("fe80::1%eth0", nil), ("12345::", nil),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7", nil), ("", nil), ("+1.2.3.4", nil),
        ]
        for (text, expected) in cases { #expect(IPAddress(text)?.description == expected, "\(text)") }
        #expect(IPAddress("127.9.9.9")?.isLoopback == true)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("10.0.0.1")?.isLoopback == false)
    }

    @Test func ranges() throws {
        let range = try #require(IPRange("10.16.0.0/12"))
        #expect(range.contains(try #require(IPAddress("10.31.255.255"))))
        #expect(!range.contains(try #require(IPAddress("10.32.0.0"))))
        #expect(!range.contains(try #require(IPAddress("::1"))))
        #expect(try #require(IPRange("::/0")).contains(try #require(IPAddress("2001:db8::1"))))
        #expect(IPRange("10.0.0.0/33") == nil)
        #expect(IPRange("name") == nil)
    }

    @Test func s17_signsOfAProxyAreNeverLocal() {
        #expect(remote([("Host", "localhost:18789")]).isLocal)
        #expect(remote(peer: "::1", [("Host", "[::1]:18789")]).isLocal)
        #expect(remote([("Host", "box.tail1.ts.net")]).isLocal)
        #expect(!remote([("Host", "evil.example")]).isLocal)
        #expect(!remote([]).isLocal)
        #expect(!remote(peer: "10.0.0.2", [("Host", "localhost")]).isLocal)
        for name in ["X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host", "Forwarded", "CF-Connecting-IP"] {
            #expect(!remote([("Host", "localhost"), (name, "127.0.0.1")]).isLocal, "\(name)")
            let trusted = remote([("Host", "localhost"), (name, "127.0.0.1")]) { settings in
                settings.trustedProxies = [IPRange("127.0.0.0/8")].compactMap { $0 }
            }
            #expect(!trusted.isLocal, "\(name) from a trusted proxy")
        }
    }

    @Test func s17_forwardedAddressesAreReadFromTheRight() {
        func client(_ hops: String, fallback: Bool = false) -> String? {
            remote(peer: "10.0.0.1", [("X-Forwarded-For", hops), ("X-Real-IP", "198.51.100.7")]) { settings in
                settings.trustedProxies = [IPRange("10.0.0.0/8")].compactMap { $0 }
                settings.allowRealIPFallback = fallback
            }.client?.description
        }
        #expect(client("203.0.113.5, 10.0.0.2") == "203.0.113.5")
        #expect(client("127.0.0.1, 203.0.113.5:443, 10.0.0.2") == "203.0.113.5")
        #expect(client("10.0.0.3") == nil)
        #expect(client("10.0.0.3", fallback: true) == "198.51.100.7")
        #expect(client("rubbish, 10.0.0.2") == nil)
        let untrusted = remote(peer: "192.0.2.1", [("X-Forwarded-For", "127.0.0.1")])
        #expect(untrusted.client?.description == "192.0.2.1")
    }

    @Test func s02_origins() {
        func allows(
            _ origin: String, host: String = "127.0.0.1:18789", _ change: (inout AccessSettings) -> Void = { _ in }
        )
            -> Bool
        {
            var settings = AccessSettings(mode: .none)
            change(&settings)
            return OriginPolicy(settings: settings).allowsOrigin(
                of: remote([("Host", host), ("Origin", origin)], change))
        }
        #expect(allows("http://127.0.0.1:18789"))
        #expect(allows("http://localhost:18789"))
        for origin in [
            "http://evil.example", "null", "http://localhost.evil.com", "http://127.0.0.1:18789.evil",
            "http://127.0.0.1:1", "http://127.0.0.1", "http://u@127.0.0.1:18789", "http://127.0.0.1:18789/x", "file://",
        ] {
            #expect(!allows(origin), "\(origin)")
        }
        #expect(allows("HTTPS://Claw.Example") { $0.allowedOrigins = ["https://claw.example"] })
        #expect(allows("https://other.example") { $0.allowedOrigins = ["*"] })
        #expect(!allows("null") { $0.allowedOrigins = ["*"] })
        #expect(allows("https://claw.example", host: "claw.example") { $0.allowHostHeaderOrigin = true })
        #expect(!allows("http://claw.example", host: "claw.example:18789") { $0.allowHostHeaderOrigin = true })
    }

    @Test func s03_hosts() {
        func allows(_ host: String, _ change: (inout AccessSettings) -> Void = { _ in }) -> Bool {
            var settings = AccessSettings(mode: .none)
            change(&settings)
            return OriginPolicy(settings: settings).allowsHost(of: remote([("Host", host)], change))
        }
        for host in ["localhost", "127.0.0.1:5", "[::1]:5", "192.168.1.5:18789", "box.ts.net"] {
            #expect(allows(host), "\(host)")
        }
        #expect(!allows("evil.example"))
        #expect(!allows("127.0.0.1.evil.example"))
        #expect(allows("claw.example:443") { $0.allowedOrigins = ["https://claw.example"] })
        #expect(allows("gateway.lan") { $0.extraHosts = ["gateway.lan"] })
    }

    @Test func limiterHasOneBudgetAndForgets() {
        let time = ManualTimeSource()
        let limiter = AttemptLimiter(time: time)
        let limit = AccessSettings.RateLimit()
        for _ in 1...9 { limiter.noteFailure("a", limit) }
        #expect(limiter.lockout("a") == nil)
        limiter.noteSuccess("a")
        for _ in 1...9 { limiter.noteFailure("a", limit) }
        time.advance(by: .seconds(61))
        limiter.noteFailure("a", limit)
        #expect(limiter.lockout("a") == nil)
        for _ in 1...9 { limiter.noteFailure("a", limit) }
        #expect(limiter.lockout("a") == .seconds(300))
        #expect(limiter.lockout("b") == nil)
        time.advance(by: .seconds(300))
        #expect(limiter.lockout("a") == nil)
    }

    /// Many addresses must not push out a lockout that holds (S04).
    @Test func aLockoutOutlastsAFullTable() {
        let limiter = AttemptLimiter(time: ManualTimeSource())
        let limit = AccessSettings.RateLimit()
        let guessers = (1...50).map { "guesser \($0)" }
        for guesser in guessers { for _ in 1...10 { limiter.noteFailure(guesser, limit) } }
        for number in 1...12_000 { limiter.noteFailure("\(number)", limit) }
        for guesser in guessers { #expect(limiter.lockout(guesser) == .seconds(300), "\(guesser)") }
    }

    @Test func limiterKeys() {
        var limit = AccessSettings.RateLimit()
        let browser = remote([("Host", "localhost"), ("Origin", "http://localhost")])
        #expect(AttemptLimiter.key(browser, limit) == "198.18.0.1")
        #expect(AttemptLimiter.key(.local, limit) == "127.0.0.1")
        limit.exemptLoopback = true
        #expect(AttemptLimiter.key(.local, limit) == nil)
        #expect(AttemptLimiter.key(browser, limit) == "198.18.0.1")
        #expect(AttemptLimiter.key(remote(peer: "10.1.1.1", []), limit) == "10.1.1.1")
        // Whoever has one address of IPv6 has the whole network of 64 bits.
        #expect(AttemptLimiter.key(remote(peer: "2001:db8:1:2::5", []), limit) == "2001:db8:1:2::")
        #expect(AttemptLimiter.key(remote(peer: "2001:db8:1:2:ffff::9", []), limit) == "2001:db8:1:2::")
        #expect(AttemptLimiter.key(remote(peer: "2001:db8:1:3::5", []), limit) == "2001:db8:1:3::")
    }
}
