/// The address of a Gateway: `ws://host:port/path` or `wss://…`.
package struct GatewayEndpoint: Sendable, Hashable, CustomStringConvertible {
    package let isEncrypted: Bool
    /// A name or an IP address, without brackets.
    package let host: String
    package let port: Int
    package let path: String
    /// SHA-256 of the certificate in lower-case hexadecimal; nil to trust the system's authorities.
    package var pinnedFingerprint: String?

    /// Why a text is no address that this client will use.
    package enum Fault: Error, Sendable, Hashable {
        case malformed(String)
        /// Plain text to a machine other than this one: secrets would travel readable.
        case insecure(String)
        case malformedFingerprint(String)
    }

    package static let defaultPort = 18789

    /// The Gateway of this machine.
    package init(localPort port: Int, isEncrypted: Bool = false) {
        self.isEncrypted = isEncrypted
        host = "127.0.0.1"
        self.port = port
        path = "/"
    }

    /// Reads an address. Plain `ws://` is accepted for loopback only, and for a private IP address when
    /// `allowsInsecurePrivate` (the person set `OPENCLAW_ALLOW_INSECURE_PRIVATE_WS=1`).
    package init(
        url: String, fingerprint: String? = nil, allowsInsecurePrivate: Bool = false
    ) throws(Fault) {
        let lowered = url.lowercased()
        if lowered.hasPrefix("ws://") {
            isEncrypted = false
        } else if lowered.hasPrefix("wss://") {
            isEncrypted = true
        } else {
            throw .malformed(url)
        }
        let rest = url.dropFirst(isEncrypted ? 6 : 5)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let tail = rest.dropFirst(authority.count).prefix { $0 != "#" }
        guard let (host, port) = Self.split(authority), tail.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed(url)
        }
        self.host = host
        self.port = port ?? (isEncrypted ? 443 : 80)
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        if let fingerprint {
            guard let hex = Self.normalizedFingerprint(fingerprint) else { throw .malformedFingerprint(fingerprint) }
            pinnedFingerprint = hex
        }
        let isAllowed = isEncrypted || isLoopback || allowsInsecurePrivate && NetworkAddress(host)?.isPrivate == true
        if !isAllowed { throw .insecure(url) }
    }

    /// The same with the loopback address for its host: what a tunnel's far end connects to.
    package var onThisMachine: GatewayEndpoint {
        var endpoint = GatewayEndpoint(localPort: port, isEncrypted: isEncrypted)
        endpoint.pinnedFingerprint = pinnedFingerprint
        return endpoint
    }

    /// Whether both lead to one port of this machine, and both with TLS or both without.
    package func isSamePlace(as other: GatewayEndpoint) -> Bool {
        isLoopback && other.isLoopback && port == other.port && isEncrypted == other.isEncrypted
    }

    package var isLoopback: Bool { host.lowercased() == "localhost" || NetworkAddress(host)?.isLoopback == true }

    /// The value of the `Host` header.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package var description: String {
        "\(isEncrypted ? "wss" : "ws")://\(authority)\(path == "/" ? "" : path)"
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        // A user name in an address is a way to hide the real host from the reader.
        if authority.isEmpty || authority.contains("@") { return nil }
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":") else { return nil }
                port = after.dropFirst()
            }
            guard NetworkAddress(String(host)) != nil else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        let isHostText = host.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "\\")
        }
        guard !host.isEmpty, isHostText else { return nil }
        guard let port else { return (String(host), nil) }
        guard let number = Int(port), (1...65535).contains(number) else { return nil }
        return (String(host), number)
    }

    private static func normalizedFingerprint(_ text: String) -> String? {
        var hex = text.lowercased()
        if hex.hasPrefix("sha256:") { hex.removeFirst(7) }
        hex.removeAll { $0 == ":" || $0 == " " }
        let isHex = hex.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        return hex.utf8.count == 64 && isHex ? hex : nil
    }
}
