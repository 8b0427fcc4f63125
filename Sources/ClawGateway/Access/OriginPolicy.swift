import ClawSupport

/// A web origin, `scheme://host[:port]`.
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil for `null`, and for anything that has more or less than scheme, host and port.
    init?(_ text: String) {
        let text = Self.canonicalText(text)
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = String(text[..<separator.lowerBound])
        let authority = String(text[separator.upperBound...])
        guard let defaultPort = ["http": 80, "https": 443, "ws": 80, "wss": 443][scheme], !authority.isEmpty,
            !authority.contains(where: { "/?#@\\ ".contains($0) })
        else { return nil }
        let host = HostName.name(authority)
        let suffix = authority.hasPrefix("[") ? "[\(host)]" : host
        guard !host.isEmpty, authority == suffix || HostName.port(authority) != nil else { return nil }
        self.scheme = scheme
        self.host = host
        port = HostName.port(authority) ?? defaultPort
    }

    static func canonicalText(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasSuffix("/") && !text.hasSuffix("://") ? String(text.dropLast()) : text
    }
}

/// Which web pages may talk to the Gateway, and under which names (gateway-protocol §8.3; attacks S02, S03).
package struct OriginPolicy: Sendable {
    private let settings: AccessSettings

    package init(settings: AccessSettings) { self.settings = settings }

    /// Whether the `Origin` of the request may be answered; a missing or unreadable one may not.
    package func allowsOrigin(of remote: RemoteAddress) -> Bool {
        if settings.allowedOrigins.contains("*") { return remote.origin.map { $0 != "null" } ?? false }
        guard let text = remote.origin, let origin = Origin(text) else { return false }
        if settings.allowedOrigins.contains(Origin.canonicalText(text)) { return true }
        guard let host = remote.host else { return false }
        let port = HostName.port(host) ?? (origin.scheme == "https" || origin.scheme == "wss" ? 443 : 80)
        if settings.allowHostHeaderOrigin, origin.host == HostName.name(host), origin.port == port { return true }
        return remote.isLocal && HostName.isLoopback(origin.host) && origin.port == port
    }

    /// Whether the Gateway answers to this name at all. Names that only a foreign name server gives are refused, so that no
    /// page can make them point here.
    package func allowsHost(of remote: RemoteAddress) -> Bool {
        guard let host = remote.host else { return false }
        let name = HostName.name(host)
        if HostName.isLoopback(name) || IPAddress(name) != nil || name.hasSuffix(".ts.net") { return true }
        if settings.extraHosts.contains(name) || settings.allowedOrigins.contains("*") { return true }
        if settings.allowedOrigins.contains(where: { Origin($0)?.host == name }) { return true }
        return remote.isProxied
    }
}
