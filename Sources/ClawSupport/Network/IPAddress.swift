/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses are IPv4 addresses.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes.
    package let bytes: [UInt8]

    package static let loopback = IPAddress(bytes: [127, 0, 0, 1])

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes 4 or 16 bytes; nil for another count.
    package init?(_ raw: [UInt8]) {
        if raw.count == 16, raw[..<10].allSatisfy({ $0 == 0 }), raw[10] == 0xFF, raw[11] == 0xFF {
            self.init(bytes: Array(raw[12...]))
        } else if raw.count == 4 || raw.count == 16 {
            self.init(bytes: raw)
        } else {
            return nil
        }
    }

    /// Reads the usual text forms; an IPv6 address may stand in brackets. Zones are not accepted.
    package init?(_ text: some StringProtocol) {
        var text = Substring(text)
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        guard let raw = text.contains(":") ? Self.parseV6(text) : Self.parseV4(text) else { return nil }
        self.init(raw)
    }

    package var isLoopback: Bool {
        if bytes.count == 4 { return bytes[0] == 127 }
        return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether it stands for every address, as a server that listens on all says it.
    package var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// What one customer of a provider has: the address itself, and with IPv6 the network of 64 bits, in which a machine may
    /// take as many addresses as it likes.
    package var subscriber: IPAddress {
        bytes.count == 4 || isLoopback ? self : IPAddress(bytes: bytes[..<8] + [UInt8](repeating: 0, count: 8))
    }

    package var description: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        let hex = { (range: Range<Int>) in groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
        if best.count < 2 { return hex(0..<8) }
        return "\(hex(0..<best.lowerBound))::\(hex(best.upperBound..<8))"
    }

    private static func parseV4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var raw: [UInt8] = []
        for part in parts {
            guard !part.isEmpty, part.utf8.count <= 3, part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            raw.append(byte)
        }
        return raw
    }

    private static func parseV6(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = parseGroups(halves[0]) else { return nil }
        if halves.count == 1 { return head.count == 16 ? head : nil }
        guard let tail = parseGroups(halves[1]), head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func parseGroups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var raw: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (position, group) in groups.enumerated() {
            if group.contains("."), position == groups.count - 1, let tail = parseV4(group) {
                raw += tail
                continue
            }
            guard !group.isEmpty, group.utf8.count <= 4, let value = UInt16(group, radix: 16), group.first != "+"
            else { return nil }
            raw += [UInt8(value >> 8), UInt8(value & 255)]
        }
        return raw
    }
}

/// A range of addresses, `10.0.0.0/8` or one address.
package struct IPRange: Sendable, Hashable {
    private let base: IPAddress
    private let prefix: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(parts[0]) else { return nil }
        let bits = base.bytes.count * 8
        guard let prefix = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(prefix) else { return nil }
        self.base = base
        self.prefix = prefix
    }

    /// Whether it holds addresses of this machine only.
    package var isLoopback: Bool { base.isLoopback && prefix >= (base.bytes.count == 4 ? 8 : 128) }

    package var isEverything: Bool { prefix == 0 }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        var rest = prefix
        for (one, other) in zip(address.bytes, base.bytes) where rest > 0 {
            let mask = rest >= 8 ? UInt8.max : ~(UInt8.max >> UInt8(rest))
            if one & mask != other & mask { return false }
            rest -= 8
        }
        return true
    }
}
