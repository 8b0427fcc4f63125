package import ClawSupport

/// Where a connection comes from, worked out once from its socket and the headers of its upgrade (gateway-protocol §8.1, §8.2).
package struct RemoteAddress: Sendable, Hashable {
    /// The address of the socket's other end.
    package var peer: IPAddress?
    /// The client itself: the peer, or what a trusted proxy said; nil when that is unknown, which is never local.
    package var client: IPAddress?
    /// Whether the client runs on this machine and came directly, or through a trusted proxy on it.
    package var isLocal: Bool
    package var host: String?
    package var origin: String?
    /// Whether any header of a proxy was there.
    package var isForwarded: Bool
    /// Whether the other end is a proxy that is believed.
    package var isProxied = false
    /// What the proxy says of the user; nil unless the mode is `trusted-proxy`.
    package var proxy: ProxyIdentity?
    /// What is said about a user of the tailnet; nil unless the configuration lets such users in.
    package var tailnet: Result<TailnetClaim, TailnetRefusal>?
    /// Whether it came through the proxy of Tailscale on this machine, or a program here says so: that is for counting alone.
    package var isRelayed = false
    /// What that proxy says its client is.
    package var relayedClient: IPAddress?

    package init(
        peer: IPAddress?, client: IPAddress?, isLocal: Bool, host: String? = nil, origin: String? = nil,
        isForwarded: Bool = false
    ) {
        self.peer = peer
        self.client = client
        self.isLocal = isLocal
        self.host = host
        self.origin = origin
        self.isForwarded = isForwarded
    }

    /// A client on this machine, as most tests need it.
    package static let local = RemoteAddress(peer: .loopback, client: .loopback, isLocal: true, host: "127.0.0.1")

    /// The address to show and record: only that of clients elsewhere.
    package var recordable: String? {
        guard !isLocal, let client, !client.isLoopback else { return nil }
        return isForwarded && client == peer ? nil : client.description
    }

    /// What rate limits and caps count by. A proxy that does not say where its clients are must not be locked out for one of
    /// its users.
    package var limitKey: String {
        if isRelayed { return AttemptLimiter.relayedPrefix + (relayedClient?.subscriber.description ?? "unknown") }
        if let user = unplacedUser { return "user \(user.prefix(256))" }
        return (client ?? peer)?.subscriber.description ?? "unknown"
    }

    /// Whose socket it is for the limits on sockets: the client, as far as somebody says who that is. A word that is not believed
    /// may only take a place away from the one whom it names.
    var counted: IPAddress? { isProxied ? client : isRelayed ? relayedClient : peer }

    /// The user of a proxy that does not say where he is.
    var unplacedUser: String? { client == nil ? proxy?.user : nil }
}
