import ClawClient
import Testing

struct GatewayEndpointTests {
    @Test(arguments: [
        ("ws://127.0.0.1:18789", "ws://127.0.0.1:18789"), ("WS://localhost", "ws://localhost:80"),
        ("wss://example.org", "wss://example.org:443"),
        ("wss://example.org:8443/a/b?c=d#e", "wss://example.org:8443/a/b?c=d"),
        ("ws://[::1]:5", "ws://[::1]:5"), ("ws://127.9.9.9:1/", "ws://127.9.9.9:1"),
        ("ws://[::ffff:127.0.0.1]:5", "ws://[::ffff:127.0.0.1]:5"),
    ])
    func addressesAreRead(_ url: String, _ expected: String) throws {
        #expect(try GatewayEndpoint(url: url).description == expected)
    }

    @Test(arguments: [
        "", "http://127.0.0.1", "127.0.0.1:18789", "ws://", "ws://user@127.0.0.1", "ws://127.0.0.1:0",
        "ws://127.0.0.1:70000", "ws://127.0.0.1:x", "ws://[::1", "ws://[nope]:5", "wss://a b",
        "wss://a/\u{0D}\u{0A}X: y",
        "wss://example.org:443:1", "wss://exam%70le.org",
    ])
    func otherTextsAreRefused(_ url: String) {
        #expect(throws: GatewayEndpoint.Fault.malformed(url)) { try GatewayEndpoint(url: url) }
    }

    @Test(arguments: [
        "ws://example.org", "ws://192.168.1.5:18789", "ws://10.0.0.1", "ws://8.8.8.8", "ws://localhost.example.org",
        "ws://127.0.0.1.example.org", "ws://[fe80::1]:5", "ws://0.0.0.0:5",
    ])
    func s30_plainTextStaysOnThisMachine(_ url: String) {
        #expect(throws: GatewayEndpoint.Fault.insecure(url)) { try GatewayEndpoint(url: url) }
    }

    @Test(arguments: [
        ("ws://192.168.1.5", true), ("ws://10.0.0.1", true), ("ws://172.16.0.1", true), ("ws://172.32.0.1", false),
        ("ws://100.64.0.1", true), ("ws://169.254.1.1", true), ("ws://[fd00::1]", true), ("ws://[fe80::1]", true),
        ("ws://8.8.8.8", false), ("ws://example.org", false), ("ws://[2001:db8::1]", false),
        ("ws://[::ffff:8.8.8.8]", false),
    ])
    func thePersonMayAllowPrivateAddressesOnly(_ url: String, _ isAllowed: Bool) {
        if isAllowed {
            #expect(throws: Never.self) { try GatewayEndpoint(url: url, allowsInsecurePrivate: true) }
        } else {
            #expect(throws: GatewayEndpoint.Fault.insecure(url)) {
                try GatewayEndpoint(url: url, allowsInsecurePrivate: true)
            }
        }
    }

    @Test func fingerprintsAreReadInTheUsualForms() throws {
        let hex = String(repeating: "ab", count: 32)
        let withColons = "SHA256:" + Array(repeating: "AB", count: 32).joined(separator: ":")
        #expect(try GatewayEndpoint(url: "wss://a", fingerprint: hex).pinnedFingerprint == hex)
        #expect(try GatewayEndpoint(url: "wss://a", fingerprint: withColons).pinnedFingerprint == hex)
        #expect(throws: GatewayEndpoint.Fault.malformedFingerprint("ab")) {
            try GatewayEndpoint(url: "wss://a", fingerprint: "ab")
        }
    }
}
