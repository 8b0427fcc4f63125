extension GatewayConfiguration {
    /// Whether the addresses that are served belong to this machine alone. `auto` does not promise that.
    package var servesThisMachineOnly: Bool {
        bind == .loopback || bind == .custom && customBindHost.map(Self.isLoopback) ?? false
    }

    /// Whether mode `trusted-proxy` would believe any program of this machine.
    var believesThisMachine: Bool {
        auth.trustedProxy?.secret == nil && trustedProxies.contains(where: Self.isLoopback)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || host.hasPrefix("127.") && host.split(separator: ".").count == 4
    }
}
