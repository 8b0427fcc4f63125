import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// A place where a Gateway may be.
struct ProbeTarget: Sendable {
    enum Kind: String, Sendable {
        case explicit
        case configRemote
        case localLoopback

        var words: String {
            switch self {
            case .explicit: "--url"
            case .configRemote: "gateway.remote"
            case .localLoopback: "this machine"
            }
        }
    }

    let kind: Kind
    let access: GatewayAccess
    /// Whether commands without `--url` would go there.
    let isActive: Bool

    /// The places to look at; the one that commands use comes before others of its machine.
    static func all(
        _ options: GatewayTarget.Options, installation: Installation, _ context: CommandContext
    ) throws -> [ProbeTarget] {
        let configuration = installation.snapshot.value
        var targets: [ProbeTarget] = []
        if options.url != nil {
            targets.append(ProbeTarget(kind: .explicit, access: try GatewayAccess(options), isActive: true))
        }
        let isRemote = configuration["gateway"]?["mode"]?.stringValue == "remote"
        let settings = configuration["gateway"]?["remote"]
        if [settings?["url"], settings?["sshTarget"]].contains(where: { $0?.stringValue?.isEmpty == false }) {
            let remote = try GatewayAccess(
                configuration: changed(configuration, mode: "remote"), without: "OPENCLAW_GATEWAY_URL",
                installation: installation)
            targets.append(ProbeTarget(kind: .configRemote, access: remote, isActive: isRemote && targets.isEmpty))
        }
        let local = try GatewayAccess(
            configuration: changed(configuration, mode: "local"), without: "OPENCLAW_GATEWAY_URL",
            installation: installation)
        targets.append(
            ProbeTarget(kind: .localLoopback, access: local, isActive: !isRemote && options.url == nil))
        return targets
    }

    private static func changed(_ configuration: JSONValue, mode: String) -> JSONValue {
        var root = configuration.objectValue ?? [:]
        var gateway = root["gateway"]?.objectValue ?? [:]
        gateway["mode"] = .string(mode)
        root["gateway"] = .object(gateway)
        return .object(root)
    }
}

/// What was found at one place.
struct ProbeFinding: Sendable {
    let target: ProbeTarget
    var hello: HelloOk?
    /// Milliseconds until the Gateway had accepted the connection.
    var latency: Int?
    var health = JSONValue.null
    var failure: ClawError?

    var isReachable: Bool { hello != nil }

    /// Looks at all places at once; the findings come in the order of the places.
    static func find(_ targets: [ProbeTarget], timeout: Duration) async -> [ProbeFinding] {
        await withTaskGroup(of: (Int, ProbeFinding).self) { group in
            for (position, target) in targets.enumerated() {
                group.addTask { (position, await look(at: target, timeout: timeout)) }
            }
            var findings: [(Int, ProbeFinding)] = []
            for await finding in group { findings.append(finding) }
            return findings.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    static func look(at target: ProbeTarget, timeout: Duration) async -> ProbeFinding {
        var finding = ProbeFinding(target: target)
        let time = CommandContext.current.time
        let started = time.monotonicNanoseconds
        do {
            var access = target.access
            access.timeout = timeout
            (finding.hello, finding.latency, finding.health) = try await access.connect(scopes: [.read]) { client in
                let latency = Int((time.monotonicNanoseconds - started) / 1_000_000)
                return (client.hello, latency, try await client.request("health"))
            }
        } catch let error as ClawError {
            finding.failure = error
        } catch {
            finding.failure = ClawError(.unavailable, "\(error)", cause: error)
        }
        return finding
    }

    var word: String { isReachable ? "ok" : failure?.code == .unavailable ? "not reached" : "refused" }

    var detail: String {
        guard let hello else { return failure?.message ?? "" }
        return "version \(hello.serverVersion), connected in \(latency ?? 0) ms"
    }

    var json: JSONValue {
        let endpoint = target.access.target.endpoint
        var connect: JSONObject = ["ok": .bool(isReachable)]
        connect["latencyMs"] = latency.map { .int($0) } ?? .null
        connect["error"] = failure.map { .string($0.message) } ?? .null
        var object: JSONObject = [
            "id": .string(target.kind.rawValue), "kind": .string(target.kind.rawValue),
            "url": .string(endpoint.description), "active": .bool(target.isActive), "connect": .object(connect),
        ]
        object["tunnel"] = target.access.target.route.map { ["kind": "ssh", "target": .string($0.destination)] }
        object["self"] = hello.map { ["version": .string($0.serverVersion)] } ?? .null
        object["health"] = health
        object["presence"] = hello?.snapshot["presence"] ?? .null
        return .object(object)
    }
}
