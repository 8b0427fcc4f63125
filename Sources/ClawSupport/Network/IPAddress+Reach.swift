extension IPAddress {
    /// Whether it is an address of the open network: what a stranger may make this machine connect to (attacks S116, S118).
    /// Everything that registries keep for another purpose is not, nor is an address that holds another one, since a translator
    /// on the way would reach that.
    package var isPublic: Bool { bytes.count == 4 ? Self.isPublicV4(bytes) : isPublicV6 }

    private static func isPublicV4(_ bytes: [UInt8]) -> Bool {
        guard let address = IPAddress(bytes) else { return false }
        return !reservedV4.contains { $0.contains(address) }
    }

    private var isPublicV6: Bool {
        // Only 2000::/3 was ever given out.
        guard bytes[0] & 0xE0 == 0x20, !Self.reservedV6.contains(where: { $0.contains(self) }) else { return false }
        // ISATAP: the last half holds an address of version 4.
        return !(bytes[8] & 0xFD == 0 && bytes[9...11] == [0, 0x5E, 0xFE])
    }

    /// "This network", private, carrier-grade, loopback, link-local, IETF, examples, 6to4 relays, benchmarks, multicast, reserved.
    private static let reservedV4 = ranges([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ])

    /// IETF with Teredo, examples, 6to4.
    private static let reservedV6 = ranges(["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"])

    private static func ranges(_ texts: [String]) -> [IPRange] { texts.compactMap { IPRange($0) } }
}
