import ClawCore
package import ClawSupport
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Where the Gateway listens.
package struct ListenAddress: Sendable, Hashable {
    /// A numeric address or a name.
    package var host: String
    /// 0 lets the system choose.
    package var port: Int

    package init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = port
    }

    package var isLoopback: Bool { HostName.isLoopback(host) }

    /// Addresses of this machine that are served besides `host`, so that its own commands always find the Gateway.
    var companions: [String] {
        if host == "127.0.0.1" { return ["::1"] }
        guard let address = IPAddress(host), !address.isLoopback, !address.isUnspecified else { return [] }
        return ["127.0.0.1", "::1"]
    }
}

/// Accepts connections until shutdown. Open ones go on when it ends: WebSockets belong to `ConnectionsService`, HTTP to
/// `HTTPConnections`.
package final class GatewayListener: Service {
    /// The port, once it listens.
    package let port = ListeningPort()
    private let address: ListenAddress
    private let channel: GatewayChannel
    private let http: HTTPConnections
    private let logger: Logger

    package init(
        address: ListenAddress, routes: HTTPRoutes, services: ConnectionServices, settings: Live<AccessSettings>,
        http: HTTPConnections, counter: ConnectionCounter = ConnectionCounter(limits: ConnectionLimits()),
        tls: ServerTLS? = nil, logger: Logger = Logger(label: "openclaw.gateway")
    ) {
        self.address = address
        self.http = http
        self.logger = logger
        channel = GatewayChannel(
            routes: routes, services: services, settings: settings, counter: counter, http: http, tls: tls)
    }

    /// Listens until shutdown. Throws `ClawError` when the address cannot be had.
    package func run() async throws {
        FileDescriptors.raiseLimit()
        defer { http.acceptingEnded() }
        do {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    do {
                        try await self.serve(self.address)
                    } catch {
                        // Whoever waits for the port must not wait for ever, the lines below included.
                        let fault = self.fault(error)
                        self.port.set(.failure(fault))
                        throw fault
                    }
                }
                if !address.companions.isEmpty {
                    let bound = try await port.wait()
                    for host in address.companions {
                        group.addTask { await self.serveBeside(ListenAddress(host: host, port: bound)) }
                    }
                }
                try await group.waitForAll()
            }
        } catch {
            let fault = fault(error)
            port.set(.failure(fault))
            throw fault
        }
    }

    /// A machine may lack IPv6, so `::1` is nothing to worry about.
    private func serveBeside(_ address: ListenAddress) async {
        do {
            try await serve(address)
        } catch {
            logger.log(
                level: address.host == "::1" ? .info : .warning, "not listening on \(address.host)",
                metadata: ["reason": "\(error)"])
        }
    }

    private func fault(_ error: any Error) -> any Error {
        if error is ClawError || error is CancellationError { return error }
        return ClawError(
            .unavailable, "Cannot listen on \(address.host):\(address.port): \(error).",
            hint: "Another Gateway may be running. Stop it, or set gateway.port.", cause: error)
    }

    private func serve(_ address: ListenAddress) async throws {
        var quiet = logger
        quiet.logLevel = max(quiet.logLevel, .notice)
        let server = channel.server(
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024),
            onServerRunning: { socket in
                let port = socket.localAddress?.port ?? address.port
                self.logger.notice("listening", metadata: ["address": "\(address.host)", "port": "\(port)"])
                self.port.set(.success(port))
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        try await server.run()
        port.set(.failure(CancellationError()))
    }
}
