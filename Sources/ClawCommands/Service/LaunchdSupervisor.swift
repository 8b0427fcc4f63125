import ClawCore
import ClawExec
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The Gateway as a launch agent of the user, driven by `launchctl`.
struct LaunchdSupervisor: ServiceSupervisor {
    let name: ServiceName
    let homeDirectory: String
    let environment: [String: String]

    let label = "LaunchAgent"
    let loadedText = "loaded"
    let notLoadedText = "not loaded"

    var definitionPath: String { "\(homeDirectory)/Library/LaunchAgents/\(name.launchdLabel).plist" }

    var ownVariable: ServicePlan.Variable {
        ServicePlan.Variable(name: "OPENCLAW_LAUNCHD_LABEL", value: name.launchdLabel)
    }

    private var domain: String { "gui/\(getuid())" }
    private var target: String { "\(domain)/\(name.launchdLabel)" }

    func definition(of plan: ServicePlan) -> String { LaunchdPlist.text(plan, label: name.launchdLabel) }

    func isOurs(_ text: String) -> Bool { LaunchdPlist.isOurs(text) }

    func command(in text: String) -> ServiceCommand? { LaunchdPlist.command(in: text) }

    /// launchd knows no service that is not loaded, so a refusal to print it is the answer and no fault.
    func state() async throws -> ServiceState {
        let result = try await run("print", target)
        guard result.isSuccess else { return ServiceState(isLoaded: false, status: .stopped) }
        var values: [String: String] = [:]
        for line in result.output.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map {
                $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            // The first of a name is that of the service itself; what follows belongs to its parts.
            if parts.count == 2, values[parts[0]] == nil { values[parts[0]] = parts[1] }
        }
        let word = values["state"]
        return ServiceState(
            isLoaded: true, status: word == "running" ? .running : .stopped, word: word,
            pid: values["pid"].flatMap { Int($0) },
            lastExitStatus: values["last exit code"].flatMap { Int($0) })
    }

    func load() async throws {
        // One that is loaded already must go first; that none is loaded is no fault.
        _ = try await run("bootout", target)
        try await require("bootstrap", domain, definitionPath)
    }

    func unload() async throws {
        if try await state().isLoaded { try await require("bootout", target) }
    }

    func forget() async throws {}

    func start() async throws {
        if try await state().isLoaded {
            try await require("kickstart", target)
        } else {
            try await require("bootstrap", domain, definitionPath)
        }
    }

    /// With KeepAlive a service that is only killed comes back, so it is taken out of launchd until the next start.
    func stop() async throws { try await unload() }

    func restart() async throws {
        if try await state().isLoaded {
            try await require("kickstart", "-k", target)
        } else {
            try await require("bootstrap", domain, definitionPath)
        }
    }

    func remarks() async -> [String] { [] }

    private func require(_ arguments: String...) async throws {
        let result = try await launchctl(arguments)
        if result.isSuccess { return }
        let complaint = TerminalText.clean(String(result.complaint.prefix(400)), isOneLine: true)
        throw ClawError(
            .unavailable, "`launchctl \(arguments.joined(separator: " "))` failed: \(complaint)",
            hint: "Log in on the Mac's own screen once: a launch agent needs the session of its user.")
    }

    private func run(_ arguments: String...) async throws -> ProgramRun.Result { try await launchctl(arguments) }

    private func launchctl(_ arguments: [String]) async throws -> ProgramRun.Result {
        try await ProgramRun("launchctl", arguments, environment: environment).result()
    }
}
