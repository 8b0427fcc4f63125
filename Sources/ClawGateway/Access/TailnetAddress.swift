package import ClawSupport

/// One address of an interface of this machine.
package struct HostInterface: Sendable, Hashable {
    /// As the system names it, such as `tailscale0`.
    package var name: String
    package var address: IPAddress

    package init(name: String, address: IPAddress) {
        self.name = name
        self.address = address
    }
}

/// Finds the address of this machine in its tailnet.
package enum TailnetAddress {
    private static let v4 = IPRange("100.64.0.0/10")
    private static let v6 = IPRange("fd7a:115c:a1e0::/48")

    /// Whether it is one that Tailscale gives.
    static func contains(_ address: IPAddress) -> Bool {
        v4?.contains(address) == true || v6?.contains(address) == true
    }

    /// The IPv4 address, else the IPv6 one; nil when this machine is in no tailnet. Providers give their customers addresses of
    /// the IPv4 range as well, so an interface with such an address counts only when it is Tailscale's by its name, or has an
    /// address of Tailscale's own IPv6 network beside it.
    package static func find(in interfaces: [HostInterface]) -> IPAddress? {
        let certain = Set(
            interfaces.filter { $0.name.lowercased().hasPrefix("tailscale") || v6?.contains($0.address) == true }
                .map(\.name))
        let own = interfaces.filter { certain.contains($0.name) }.map(\.address)
        return own.first { v4?.contains($0) == true } ?? own.first { v6?.contains($0) == true }
    }
}
