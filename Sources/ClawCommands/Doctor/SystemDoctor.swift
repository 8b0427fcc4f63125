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

    init(_ context: CommandContext) throws(ClawError) { work = try ModelsWorkplace(context) }

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

    func examineGateway(_ rpc: RPCOptions) async throws -> [DoctorFinding] {
        let access = try GatewayAccess(rpc)
        do {
            _ = try await access.call("health", scopes: [.read])
            return [.ok("The Gateway at \(access.target.endpoint) answers.")]
        } catch let error as ClawError {
            return [.problem(error.message, fix: error.hint)]
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
