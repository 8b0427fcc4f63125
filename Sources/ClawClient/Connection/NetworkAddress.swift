#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An IP address written in digits, reduced to the questions that decide over plain-text connections.
struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16 bytes; an IPv4 address mapped into IPv6 counts as IPv4.
    private let bytes: [UInt8]

    /// Nil when `text` is a name.
    init?(_ text: String) {
        var all = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &all) == 1 {
            bytes = Array(all[..<4])
            return
        }
        guard inet_pton(AF_INET6, text, &all) == 1 else { return nil }
        let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
        bytes = isMapped ? Array(all[12...]) : all
    }

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Private, link-local or carrier-grade ranges: RFC 1918, 3927, 6598, 4193, 4291.
    var isPrivate: Bool {
        if bytes.count == 16 { return bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }
        return switch bytes[0] {
        case 10: true
        case 172: (16...31).contains(bytes[1])
        case 192: bytes[1] == 168
        case 169: bytes[1] == 254
        case 100: (64...127).contains(bytes[1])
        default: false
        }
    }
}
