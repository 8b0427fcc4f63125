import ClawGateway
import ClawSupport
import Testing

struct TailnetAddressTests {
    private func find(_ interfaces: (String, String)...) throws -> String? {
        TailnetAddress.find(
            in: try interfaces.map { HostInterface(name: $0.0, address: try #require(IPAddress($0.1))) })?.description
    }

    @Test func theAddressInTheTailnetIsFound() throws {
        #expect(try find() == nil)
        #expect(try find(("lo", "127.0.0.1"), ("eth0", "192.168.1.10")) == nil)
        let lan = ("eth0", "192.168.1.10")
        #expect(try find(lan, ("tailscale0", "fd7a:115c:a1e0::7"), ("tailscale0", "100.101.1.2")) == "100.101.1.2")
        #expect(try find(lan, ("tailscale0", "fe80::1"), ("tailscale0", "fd7a:115c:a1e0::7")) == "fd7a:115c:a1e0::7")
        // Without Tailscale's name its own IPv6 network tells.
        #expect(try find(lan, ("utun4", "100.101.1.2"), ("utun4", "fd7a:115c:a1e0:ab12::7")) == "100.101.1.2")
        #expect(try find(("tailscale0", "100.63.255.255"), ("tailscale0", "100.128.0.1")) == nil)
    }

    /// A provider that gives its customers such an address would else get the Gateway into its network.
    @Test func theAddressOfAProviderIsNone() throws {
        #expect(try find(("eth0", "100.70.3.4")) == nil)
        #expect(try find(("wwan0", "100.70.3.4"), ("tailscale0", "100.101.1.2")) == "100.101.1.2")
    }
}
