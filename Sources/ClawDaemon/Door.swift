import ClawConfig
import ClawCore
import ClawGateway
import ClawSupport
import Logging

/// Where the Gateway listens, who may come in, and with which certificate.
struct Door: Sendable {
    let address: ListenAddress
    let access: AccessSettings
    /// Nil for plain text.
    let tls: ServerTLS?
    /// What the person should know about it.
    private let remarks: [String]

    /// Throws when a Gateway must not start so. Makes the certificate that is missing.
    init(_ snapshot: ConfigSnapshot, _ options: DaemonOptions, _ environment: DaemonEnvironment) throws {
        let entrance = try Entrance(snapshot, options, environment)
        var remarks = entrance.remarks
        (address, access) = (entrance.address, entrance.access)
        tls = try entrance.tls.map {
            try Self.certificate($0, for: entrance.address, options.stateDirectory, environment, &remarks)
        }
        self.remarks = remarks
    }

    /// Throws when a Gateway must not start so. Writes nothing: what is checked may be refused for another reason.
    static func check(
        _ snapshot: ConfigSnapshot, _ options: DaemonOptions, _ environment: DaemonEnvironment
    ) throws {
        let entrance = try Entrance(snapshot, options, environment)
        guard let tls = entrance.tls else { return }
        switch tls.source {
        case .files(let certificate, let key):
            _ = try ServerTLS(certificatePath: certificate, keyPath: key, chainPath: tls.chainPath)
        case .generated:
            let generated = generated(for: entrance.address, options.stateDirectory)
            if try generated.check() {
                _ = try ServerTLS(
                    certificatePath: generated.certificatePath, keyPath: generated.keyPath, chainPath: tls.chainPath)
            } else if let path = tls.chainPath {
                try ServerTLS.checkChain(path)
            }
        }
    }

    private static func generated(for address: ListenAddress, _ stateDirectory: String) -> GeneratedCertificate {
        let host = IPAddress(address.host)
        return GeneratedCertificate(
            certificatePath: GatewayConfiguration.TLS.generatedCertificatePath(in: stateDirectory),
            keyPath: GatewayConfiguration.TLS.generatedKeyPath(in: stateDirectory),
            hosts: ["localhost", HostFacts.current().name],
            addresses: ["127.0.0.1", "::1"].compactMap { IPAddress($0) }
                + [host].compactMap(\.self).filter { !$0.isLoopback && !$0.isUnspecified })
    }

    private static func certificate(
        _ tls: GatewayConfiguration.TLS, for address: ListenAddress, _ stateDirectory: String,
        _ environment: DaemonEnvironment, _ remarks: inout [String]
    ) throws(ClawError) -> ServerTLS {
        switch tls.source {
        case .files(let certificate, let key):
            return try ServerTLS(certificatePath: certificate, keyPath: key, chainPath: tls.chainPath)
        case .generated:
            let generated = generated(for: address, stateDirectory)
            let path = generated.certificatePath
            switch try generated.prepare(time: environment.time, entropy: environment.entropy) {
            case .kept: break
            case .made: remarks.append("The Gateway made the certificate \(path).")
            case .renewed(let previous):
                remarks.append(
                    "The certificate \(path) was about to end, so there is a new one. Clients that pin its fingerprint need the "
                        + "new one; the old one lies at \(previous).")
            case .ending:
                remarks.append(
                    "The certificate \(path) ends within \(GeneratedCertificate.renewalDays) days or has ended. The Gateway did "
                        + "not make it, so it does not renew it.")
            }
            return try ServerTLS(
                certificatePath: path, keyPath: generated.keyPath, chainPath: tls.chainPath)
        }
    }

    /// Tells the log what there is to know.
    func report() {
        let logger = Logger(label: "openclaw.gateway")
        for remark in remarks { logger.warning("\(remark)") }
        if let tls { logger.notice("TLS", metadata: ["fingerprint": "sha256:\(tls.fingerprint)"]) }
    }
}

/// What of a door follows from the configuration alone.
private struct Entrance {
    let address: ListenAddress
    let access: AccessSettings
    /// Nil for plain text.
    let tls: GatewayConfiguration.TLS?
    var remarks: [String] = []

    init(_ snapshot: ConfigSnapshot, _ options: DaemonOptions, _ environment: DaemonEnvironment) throws {
        let gateway = options.applied(to: snapshot.configuration.gateway)
        let tailnet = gateway.bind == .tailnet ? TailnetAddress.find(in: try environment.interfaces()) : nil
        if gateway.bind == .tailnet, tailnet == nil {
            remarks.append(
                "This machine has no tailnet address, so only the machine itself is served. Start Tailscale, then the Gateway "
                    + "again.")
        }
        address = try ListenAddress(gateway, environment: snapshot.environment, port: options.port, tailnet: tailnet)
        let exempts = snapshot.value["gateway"]?["auth"]?["rateLimit"]?["exemptLoopback"]?.boolValue ?? false
        let own = gateway.auth.effectiveMode == .trustedProxy ? try environment.interfaces().map(\.address) : []
        access = try AccessSettings(
            gateway, listensBeyondLoopback: !address.isLoopback, ownAddresses: Set(own), exemptsLoopback: exempts)
        tls = gateway.tls
    }
}

/// The address of this machine in its tailnet, for commands that show it; nil when there is none.
package enum OwnTailnetAddress {
    package static func find() -> String? {
        // Without a list of interfaces there is none to show.
        TailnetAddress.find(in: (try? HostFacts.interfaces()) ?? [])?.description
    }
}
