import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether the models in use have their keys.
struct ModelDoctor {
    private let work: ModelsWorkplace

    init(_ context: CommandContext) async throws(ClawError) { work = try await ModelsWorkplace(context) }

    func examine() throws -> [DoctorFinding] {
        let (model, fallbacks) = work.overview.models(of: work.agents.defaultID)
        var findings: [DoctorFinding] = []
        if let problem = work.overview.credentialProblem {
            findings.append(.problem(problem.message, fix: problem.hint))
        }
        for provider in Set(([model] + fallbacks).map(\.provider)).sorted() where !work.overview.isUsable(provider) {
            findings.append(
                .problem(
                    "There is no key for \(provider).", fix: "`openclaw models auth add --provider \(provider)`."))
        }
        if model.provider == "demo" {
            findings.append(
                .warning("A script answers, not an AI.", fix: "`openclaw onboard` sets up a model."))
        } else if findings.isEmpty {
            findings.append(.ok("\(model) has what it needs."))
        }
        return findings
    }
}

/// What is wrong around the Gateway: its port, the disk, the clock.
struct SystemDoctor {
    /// Bytes below which the disk counts as full.
    private static let leastFree: UInt64 = 500 << 20
    /// Milliseconds of the day before which no clock can be right: that of this version.
    private static let earliest: Int64 = 1_767_225_600_000

    let file: ConfigFile
    let context: CommandContext

    /// - Parameter mustRun: a Gateway that does not run is a problem, not a remark.
    func examineGateway(_ rpc: RPCOptions, mustRun: Bool) async throws -> [DoctorFinding] {
        let access = try GatewayAccess(rpc)
        let endpoint = access.target.endpoint
        if access.isOnThisMachine, !mustRun, !Self.isListening(endpoint.port) {
            return [.ok("Nothing listens at \(endpoint): the Gateway does not run, and its port is free.")]
        }
        do {
            _ = try await access.call("health", scopes: [.read])
            return [.ok("The Gateway at \(endpoint) answers.")]
        } catch let error as ClawError {
            return [.problem(error.message, fix: error.hint)]
        }
    }

    /// Whether something on this machine accepts connections at the port.
    private static func isListening(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    func examineMachine() -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if let free = freeBytes(file.location.stateDirectory) {
            let text = "\(free >> 20) MiB are free where the state lies."
            findings.append(
                free < Self.leastFree ? .problem(text, fix: "Make room: a full disk stops the Gateway.") : .ok(text))
        }
        if context.time.nowMilliseconds < Self.earliest {
            findings.append(
                .problem(
                    "The clock is wrong: it says \(ISOTimestamp.format(milliseconds: context.time.nowMilliseconds)).",
                    fix: "Set it; devices and tokens depend on it."))
        }
        return findings
    }

    /// Nil when the directory is not there.
    private func freeBytes(_ path: String) -> UInt64? {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize)
    }
}
