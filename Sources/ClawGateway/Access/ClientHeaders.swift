package import ClawSupport

/// The headers of an HTTP request that decide about trust.
package struct ClientHeaders: Sendable, Hashable {
    package var host: String?
    package var origin: String?
    /// All values of `X-Forwarded-For`, joined in order.
    package var forwardedFor: String?
    package var realIP: String?
    /// Whether any header is there that proxies add.
    package var isForwarded = false
    /// What every header says, by its name in lower case; empty values are left out.
    private var all: [String: [String]] = [:]

    package init() {}

    /// Takes the pairs of a request as they came.
    package init(_ headers: some Sequence<(name: String, value: String)>) {
        for (name, value) in headers {
            if let value = SharedAuth.supplied(value) { all[name.lowercased(), default: []].append(value) }
            switch name.lowercased() {
            case "host": host = value
            case "origin": origin = value
            case "x-forwarded-for":
                forwardedFor = forwardedFor.map { "\($0),\(value)" } ?? value
                isForwarded = true
            case "x-real-ip":
                realIP = value
                isForwarded = true
            case "forwarded", "cf-connecting-ip", "true-client-ip": isForwarded = true
            case let name where name.hasPrefix("x-forwarded-"): isForwarded = true
            default: break
            }
        }
    }

    /// The values of a header, trimmed, without empty ones.
    func values(_ name: String) -> [String] { all[name.lowercased()] ?? [] }

    /// The value of a header that came once; nil when it is missing, empty or came more than once.
    func only(_ name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0] : nil
    }
}

extension RemoteAddress {
    /// Works out who the client is (gateway-protocol §8.1, §8.2; attacks S17: a request that shows any sign of a proxy is never
    /// local).
    package init(peer: IPAddress?, headers: ClientHeaders, settings: AccessSettings) {
        let isProxied = Self.isProxied(peer, headers, settings)
        let client = Self.client(peer: peer, isProxied: isProxied, headers: headers, settings: settings)
        let host = headers.host.map(HostName.name)
        let isLocalHost = host.map { HostName.isLoopback($0) || $0.hasSuffix(".ts.net") } ?? false
        self.init(
            peer: peer, client: client,
            isLocal: (client?.isLoopback ?? false) && isLocalHost && !headers.isForwarded, host: headers.host,
            origin: headers.origin.flatMap { $0.isEmpty ? nil : $0 }, isForwarded: headers.isForwarded)
        self.isProxied = isProxied
        proxy = settings.proxy?.identity(from: peer, headers, settings)
        if settings.isShownByTailscale, !isProxied, headers.isForwarded, peer?.isLoopback ?? false {
            isRelayed = true
            relayedClient = headers.relayedClient
        }
        if settings.allowsTailnetUsers {
            tailnet = Result { () throws(TailnetRefusal) in try TailnetClaim(peer: peer, headers: headers) }
        }
    }

    /// Whether what the other end says about its client is believed. Where the proxy has a secret it must show it.
    private static func isProxied(_ peer: IPAddress?, _ headers: ClientHeaders, _ settings: AccessSettings) -> Bool {
        if let proxy = settings.proxy { return proxy.refusal(of: peer, headers, settings) == nil }
        return peer.map { peer in settings.trustedProxies.contains { $0.contains(peer) } } ?? false
    }

    private static func client(
        peer: IPAddress?, isProxied: Bool, headers: ClientHeaders, settings: AccessSettings
    ) -> IPAddress? {
        if !isProxied { return peer }
        let isTrusted = { (address: IPAddress) in settings.trustedProxies.contains { $0.contains(address) } }
        if let hops = headers.forwardedFor {
            for hop in hops.split(separator: ",").reversed() {
                guard let address = HostName.address(hop) else { return nil }
                if !isTrusted(address) { return address }
            }
        }
        if settings.allowRealIPFallback, let text = headers.realIP { return HostName.address(text[...]) }
        return nil
    }
}

/// The name in a `Host` header or an origin.
enum HostName {
    /// The name without port and brackets, in lower case.
    static func name(_ host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[host.index(after: host.startIndex)..<end])
        }
        if host.filter({ $0 == ":" }).count > 1 { return host }
        return String(host.prefix { $0 != ":" })
    }

    /// The port as written; nil when there is none.
    static func port(_ host: String) -> Int? {
        let rest = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host.drop { $0 != ":" }
        return rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
    }

    static func isLoopback(_ name: String) -> Bool { name == "localhost" || IPAddress(name)?.isLoopback ?? false }

    /// An address that may carry a port, as proxies write it.
    static func address(_ text: Substring) -> IPAddress? {
        let trimmed = String(text.filter { !$0.isWhitespace })
        return IPAddress(trimmed) ?? IPAddress(name(trimmed))
    }
}
