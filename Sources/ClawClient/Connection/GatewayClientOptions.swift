package import ClawProtocol
package import ClawSupport
package import NIOCore

/// What a client proves itself with, besides its device key.
package struct GatewayCredentials: Sendable {
    package var token: Redacted?
    package var password: Redacted?

    package init(token: Redacted? = nil, password: Redacted? = nil) {
        self.token = token
        self.password = password
    }

    var isEmpty: Bool { token == nil && password == nil }
}

/// Everything that a connection needs to know.
package struct GatewayClientOptions: Sendable {
    package var endpoint: GatewayEndpoint
    package var client: ConnectParams.Client
    package var role = Role.operator
    package var scopes: [Scope]
    package var caps: [String] = []
    /// For nodes: the commands they offer.
    package var commands: [String]?
    package var credentials: GatewayCredentials
    /// The key of this installation; nil connects without one, which a Gateway allows only with a shared secret.
    package var identity: DeviceIdentity?
    /// Where tokens of the Gateway are kept; nil keeps none.
    package var tokenFile: DeviceTokenFile?
    /// Until the Gateway has accepted the connection.
    package var connectTimeout = Duration.seconds(10)
    /// For each request that names no other.
    package var requestTimeout = Duration.seconds(10)
    /// How many events wait for a slow reader before the oldest are dropped.
    package var eventBuffer = 1024
    package var time: any TimeSource
    /// A stream socket that leads to `endpoint` already, such as a tunnel's; the connection takes it over and closes it. Nil
    /// opens one.
    package var connectedSocket: Int32?
    /// Where the connection's I/O runs; nil makes one thread for it and ends that with the connection.
    package var eventLoopGroup: (any EventLoopGroup)?

    package init(
        endpoint: GatewayEndpoint, client: ConnectParams.Client, scopes: [Scope],
        credentials: GatewayCredentials = GatewayCredentials(), identity: DeviceIdentity? = nil,
        tokenFile: DeviceTokenFile? = nil, time: any TimeSource = SystemTimeSource()
    ) {
        self.endpoint = endpoint
        self.client = client
        self.scopes = scopes
        self.credentials = credentials
        self.identity = identity
        self.tokenFile = tokenFile
        self.time = time
    }
}

extension ConnectParams.Client {
    /// `linux` or `darwin`, the words that existing clients use for `platform`.
    package static var currentPlatform: String {
        #if os(macOS)
            "darwin"
        #else
            "linux"
        #endif
    }
}
