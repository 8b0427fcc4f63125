import ClawCore
import ClawExec
import ClawSupport

/// The Gateway as a unit of the user's own systemd, driven by `systemctl --user`.
struct SystemdSupervisor: ServiceSupervisor {
    let name: ServiceName
    let homeDirectory: String
    let environment: [String: String]

    let label = "systemd"
    let loadedText = "enabled"
    let notLoadedText = "disabled"

    var definitionPath: String { "\(folder)/\(name.systemdUnit)" }

    var folder: String {
        let configured = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return "\(configured ?? "\(homeDirectory)/.config")/systemd/user"
    }

    var ownVariable: ServicePlan.Variable {
        ServicePlan.Variable(name: "OPENCLAW_SYSTEMD_UNIT", value: name.systemdUnit)
    }

    func definition(of plan: ServicePlan) -> String { SystemdUnit.text(plan) }

    func isOurs(_ text: String) -> Bool { SystemdUnit.isOurs(text) }

    func command(in text: String) -> ServiceCommand? { SystemdUnit.command(in: text) }

    func state() async throws -> ServiceState {
        let properties = "LoadState,ActiveState,SubState,MainPID,ExecMainStatus,UnitFileState"
        let output = try await systemctl("show", "--no-pager", "--property=\(properties)", name.systemdUnit)
        var values: [Substring: String] = [:]
        for line in output.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = String(line[line.index(after: equals)...])
        }
        let active = values["ActiveState"]
        let status: ServiceState.Status =
            switch active {
            case "active", "activating", "reloading", "deactivating": .running
            case "inactive", "failed": .stopped
            default: .unknown
            }
        return ServiceState(
            isLoaded: ["enabled", "enabled-runtime", "linked", "static"].contains(values["UnitFileState"] ?? ""),
            status: status, word: active, detail: values["SubState"],
            pid: values["MainPID"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil },
            lastExitStatus: values["ExecMainStatus"].flatMap { Int($0) })
    }

    func load() async throws {
        _ = try await systemctl("daemon-reload")
        _ = try await systemctl("enable", name.systemdUnit)
        _ = try await systemctl("restart", name.systemdUnit)
    }

    func unload() async throws { _ = try await systemctl("disable", "--now", name.systemdUnit) }

    func forget() async throws { _ = try await systemctl("daemon-reload") }

    func start() async throws { _ = try await systemctl("start", name.systemdUnit) }

    func stop() async throws { _ = try await systemctl("stop", name.systemdUnit) }

    func restart() async throws { _ = try await systemctl("restart", name.systemdUnit) }

    /// Without lingering a user's services end when he logs out, which surprises on a server.
    func remarks() async -> [String] {
        guard let user = environment["USER"] ?? environment["LOGNAME"], !user.isEmpty else { return [] }
        let run = ProgramRun("loginctl", ["show-user", user, "--property=Linger"], environment: environment)
        // Without loginctl nothing is known about logging out, and nothing is said.
        guard let answer = try? await run.result(), answer.isSuccess, answer.output.contains("Linger=no") else {
            return []
        }
        return ["The service ends when \(user) logs out. To keep it running: loginctl enable-linger \(user)"]
    }

    private func systemctl(_ arguments: String...) async throws -> String {
        let result: ProgramRun.Result
        do {
            result = try await ProgramRun("systemctl", ["--user"] + arguments, environment: environment).result()
        } catch let error as ClawError where error.code == .notFound {
            throw ClawError(
                .unavailable, "This machine has no systemd, so the Gateway cannot be a service of it.",
                hint: "Run `openclaw gateway run` under the supervisor that you have; docs/service.md tells how.")
        }
        if result.isSuccess { return result.output }
        let complaint = TerminalText.clean(String(result.complaint.prefix(400)), isOneLine: true)
        if complaint.contains("connect to bus") || complaint.contains("No medium found")
            || complaint.contains("DBUS_SESSION_BUS_ADDRESS") || complaint.contains("not been booted with systemd")
        {
            throw ClawError(
                .unavailable, "The systemd of this user does not answer: \(complaint)",
                hint:
                    "Log in as this user itself, not with su or sudo; on a server run `loginctl enable-linger` first. "
                    + "In a container run `openclaw gateway run` instead.")
        }
        throw ClawError(
            .unavailable, "`systemctl --user \(arguments.joined(separator: " "))` failed: \(complaint)",
            hint: "See `journalctl --user --unit \(name.systemdUnit)`.")
    }
}
