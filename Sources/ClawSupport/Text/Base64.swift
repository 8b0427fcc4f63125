/// Base64 (RFC 4648). Reading accepts the standard and the URL alphabet, with or without padding.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The standard alphabet with padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        let text = encode(bytes, alphabet: standard)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// The URL alphabet without padding, as keys, signatures and tokens travel on the wire.
    package static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, alphabet: url) }

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 4 / 3 + 4)
        var bits: UInt32 = 0
        var pending = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            pending += 8
            while pending >= 6 {
                pending -= 6
                output.append(alphabet[Int(bits >> UInt32(pending)) & 63])
            }
        }
        if pending > 0 { output.append(alphabet[Int(bits << UInt32(6 - pending)) & 63]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of a base64 text; nil when it holds another character, misplaced padding or half a byte.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var pending = 0
        var digits = 0
        var padding = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            digits += 1
            bits = bits << 6 | UInt32(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            }
        }
        guard digits % 4 != 1, padding == 0 || (digits + padding) % 4 == 0 && padding <= 2 else { return nil }
        return output
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
