import ClawSupport
import Testing

/// What is an address of the web, and what is read in two ways and therefore none.
struct WebAddressTests {
    @Test(arguments: [
        ("http://example.com", "http://example.com/"), ("HTTPS://Example.COM/A?b=c#d", "https://example.com/A?b=c"),
        ("http://example.com:80/x", "http://example.com/x"), ("http://example.com:8080", "http://example.com:8080/"),
        ("https://example.com?q", "https://example.com/?q"), ("http://[2001:DB8:0::1]:8/x", "http://[2001:db8::1]:8/x"),
        ("http://0x7f.1/", "http://0x7f.1/"), ("https://a_b-c.example./", "https://a_b-c.example./"),
    ])
    func addressesAreRead(_ text: String, _ plain: String) {
        #expect(WebAddress(text)?.description == plain)
    }

    @Test(arguments: [
        "", "example.com", "ftp://example.com/", "file:///etc/passwd", "http://", "http:///x", "http:example.com",
        "http://user@example.com/", "http://user:secret@example.com/", "http://example.com\\@evil.example/",
        "http://exa mple.com/", "http://example.com/\n", "http://example.com:0/", "http://example.com:65536/",
        "http://example.com:/", "http://example.com:+80/", "http://exämple.com/", "http://[::1", "http://::1/",
        "http://[fe80::1%eth0]/", "http://[1.2.3.4]/", "http://example.com%2eevil/",
        "http://\(String(repeating: "a", count: 254))/",
        "http://a/\(String(repeating: "b", count: 4096))", "javascript:alert(1)", "data:text/plain,x", "gopher://x/",
    ])
    func anythingElseIsRefused(_ text: String) { #expect(WebAddress(text) == nil) }

    @Test(
        arguments: [
            ("http://b.example/x", "http://b.example/x"), ("//b.example/x", "https://b.example/x"),
            ("/y?z", "https://a.example:8/y?z"), ("y", "https://a.example:8/one/y"),
            ("../y", "https://a.example:8/one/../y"),
            ("?q", "https://a.example:8/one/?q"), ("file:///etc/passwd", nil), ("mailto:x", nil), ("http://u@b/", nil),
        ] as [(String, String?)])
    func aRedirectLeadsSomewhere(_ location: String, _ target: String?) {
        #expect(WebAddress("https://a.example:8/one/two?three")?.following(location)?.description == target)
    }
}

/// S116 and S118: which addresses belong to the open network.
struct PublicAddressTests {
    /// First and last address of each range, and some in the middle.
    private static let reserved = [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.1.2.3", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "127.0.0.0",
        "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0",
        "172.31.255.255", "192.0.0.0", "192.0.0.170", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.0",
        "192.88.99.255", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0",
        "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0", "224.0.0.251", "239.255.255.255", "240.0.0.0",
        "255.255.255.255",
        // Unspecified, loopback, compatible and mapped.
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:0:7f00:1",
        // NAT64, local NAT64, discard only, Teredo, ORCHID, benchmarks, examples, 6to4.
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1", "2001:2::1",
        "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
        "3fff::1", "3fff:fff:ffff::1",
        // ISATAP in a public prefix, both forms of its mark.
        "2a00::5efe:7f00:1", "2a00:0:0:1:0:5efe:a00:1", "2a00::200:5efe:7f00:1",
        // Segment routing, unique local, link-local, site-local, multicast, the rest.
        "5f00::1", "fc00::1", "fd00::1", "fd7a:115c:a1e0::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1",
        "ff02::1",
        "ff0e::1", "4000::1", "8000::1", "1fff::1",
    ]

    @Test func s116_s118_reservedAddressesAreNotPublic() throws {
        for text in Self.reserved { #expect(try #require(IPAddress(text), "\(text)").isPublic == false, "\(text)") }
    }

    @Test func theRestIs() throws {
        for text in [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0",
            "223.255.255.255", "::ffff:8.8.8.8", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111",
            "2a00:1450::1", "2003::1", "3ffe::1",
        ] {
            #expect(try #require(IPAddress(text), "\(text)").isPublic, "\(text)")
        }
    }
}
