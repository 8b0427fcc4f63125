/// An address of the web in its parts, read strictly: what two readers could read in two ways is no address. User names, other
/// schemes and letters beyond ASCII are refused.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package let isEncrypted: Bool
    /// In lower case; an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// Path and query; begins with `/`.
    package let target: String

    private static let limit = 4096

    /// Nil when `text` is no such address.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.limit,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let rest: Substring
        if let end = Self.scheme("https://", of: text) {
            isEncrypted = true
            rest = text[end...]
        } else if let end = Self.scheme("http://", of: text) {
            isEncrypted = false
            rest = text[end...]
        } else {
            return nil
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        guard let (host, port) = Self.split(authority) else { return nil }
        self.host = host
        self.port = port ?? (isEncrypted ? 443 : 80)
        let target = rest[authority.endIndex...].prefix { $0 != "#" }
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    private static func scheme(_ scheme: String, of text: String) -> String.Index? {
        guard text.prefix(scheme.count).lowercased() == scheme else { return nil }
        return text.index(text.startIndex, offsetBy: scheme.count)
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        var name = authority
        var port: Int?
        let isBracketed = authority.hasPrefix("[")
        if let colon = authority.lastIndex(of: ":"), !isBracketed || authority[..<colon].hasSuffix("]") {
            name = authority[..<colon]
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                (1...65_535).contains(number)
            else { return nil }
            port = number
        }
        if isBracketed {
            guard let address = IPAddress(name), address.bytes.count == 16 || name.contains(":") else { return nil }
            return (address.description, port)
        }
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
        return isName && !name.isEmpty && name.utf8.count <= 253 ? (name.lowercased(), port) : nil
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (isEncrypted ? 443 : 80)
        return "\(isEncrypted ? "https" : "http")://\(name)\(isUsual ? "" : ":\(port)")\(target)"
    }

    /// Where a `Location` of this address leads; nil when it is no address.
    package func following(_ location: String) -> WebAddress? {
        if location.contains("://"), let absolute = WebAddress(location) { return absolute }
        let scheme = isEncrypted ? "https" : "http"
        if location.hasPrefix("//") { return WebAddress("\(scheme):\(location)") }
        let name = host.contains(":") ? "[\(host)]" : host
        let base = "\(scheme)://\(name):\(port)"
        if location.hasPrefix("/") { return WebAddress(base + location) }
        // A scheme that is not of the web, or a path beside this one.
        if location.prefix(while: { $0 != "/" }).contains(":") { return nil }
        let path = target.prefix { $0 != "?" }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return WebAddress(base + folder + location)
    }
}
