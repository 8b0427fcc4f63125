/// The one spelling of a request's path by which routes and access are decided, so that no other spelling of the same path
/// finds another door: percent-encoding taken away until nothing changes, dot segments resolved, slashes merged.
enum CanonicalPath {
    /// Encodings inside encodings that are followed; what is nested deeper is refused.
    private static let passLimit = 8

    /// Nil for a path that cannot be read: broken encoding, a NUL or a backslash, no text, nested without end.
    static func of(_ target: String) -> String? {
        var path = String(target.prefix { $0 != "?" && $0 != "#" })
        var passes = 0
        while path.contains("%") {
            guard passes < passLimit, let decoded = decoded(path) else { return nil }
            passes += 1
            if decoded == path { break }
            path = decoded
        }
        if path.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\\") }) { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                _ = parts.popLast()
            } else {
                parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func decoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
