import ClawConfig
import ClawCore
import ClawSupport

/// The Gateway's service on this machine: its file, and the system that runs it.
struct ServiceControl: Sendable {
    let supervisor: any ServiceSupervisor

    /// The service of the profile that the command runs for.
    static func current(_ context: CommandContext, _ location: ConfigLocation) -> ServiceControl {
        let name = ServiceName(profile: context.variable("OPENCLAW_PROFILE"))
        let home = context.variable("HOME") ?? location.homeDirectory
        #if os(macOS)
            return ServiceControl(
                supervisor: LaunchdSupervisor(name: name, homeDirectory: home, environment: context.environment))
        #else
            return ServiceControl(
                supervisor: SystemdSupervisor(name: name, homeDirectory: home, environment: context.environment))
        #endif
    }

    /// The text of the service's file; nil when there is none.
    func installedText() throws -> String? {
        try AtomicFile.read(supervisor.definitionPath, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    func installedCommand() throws -> ServiceCommand? { try installedText().flatMap(supervisor.command) }

    /// Writes the service's file and starts the service. A file that says something else is left alone unless `force`, and
    /// then kept beside the new one.
    func install(_ plan: ServicePlan, force: Bool) async throws -> ServiceReport {
        let text = supervisor.definition(of: plan)
        let path = supervisor.definitionPath
        let present = try installedText()
        let state = try await supervisor.state()
        if let present, present != text, !force { return try different(present, state) }
        if present == text, state.isLoaded, state.status == .running, !force {
            return ServiceReport(
                result: .alreadyInstalled, message: "The service is installed already and runs.", isLoaded: true)
        }
        var warnings: [String] = []
        if let present, present != text {
            warnings.append("The file that was there is kept as \(try keep(present)).")
        }
        // A service whose working directory or log cannot be opened does not start.
        try AtomicFile.makeDirectory(plan.logsDirectory)
        if present != text {
            try AtomicFile.makeDirectory(FilePath.parent(path))
            try AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
        }
        try await supervisor.load()
        warnings += await supervisor.remarks()
        return ServiceReport(
            result: .installed, message: "Installed and started the service: \(path)", isLoaded: true,
            hints: ["See how it is with `openclaw gateway status`."], warnings: warnings)
    }

    private func different(_ present: String, _ state: ServiceState) throws(ClawError) -> ServiceReport {
        let path = supervisor.definitionPath
        guard supervisor.isOurs(present) else {
            throw ClawError(
                .conflict, "\(path) was not written by this program.",
                hint: "Look at it first; --force replaces it and keeps it beside.")
        }
        return ServiceReport(
            result: .alreadyInstalled,
            message: "The service is installed already, but \(path) says something else than would be written now.",
            isLoaded: state.isLoaded, hints: ["Replace it with `openclaw gateway install --force`; it is kept beside."])
    }

    /// Stops the service and moves its file aside.
    func uninstall(force: Bool) async throws -> ServiceReport {
        guard let present = try installedText() else {
            return ServiceReport(result: .notLoaded, message: "The service is not installed.", isLoaded: false)
        }
        if !supervisor.isOurs(present), !force {
            throw ClawError(
                .conflict, "\(supervisor.definitionPath) was not written by this program.",
                hint: "Look at it first; --force removes it and keeps a copy.")
        }
        try await supervisor.unload()
        let copy = try keep(present)
        try AtomicFile.remove(supervisor.definitionPath)
        try await supervisor.forget()
        return ServiceReport(
            result: .uninstalled, message: "Stopped and removed the service; its file is kept as \(copy).",
            isLoaded: false, hints: ["Configuration and state are untouched."])
    }

    func start() async throws -> ServiceReport {
        guard try installedText() != nil else { return notInstalled }
        try await supervisor.start()
        return ServiceReport(result: .started, message: "Started the service.", isLoaded: try await isLoaded)
    }

    func stop() async throws -> ServiceReport {
        guard try installedText() != nil else { return notInstalled }
        if try await supervisor.state().status == .stopped {
            return ServiceReport(
                result: .notLoaded, message: "The service does not run.", isLoaded: try await isLoaded)
        }
        try await supervisor.stop()
        return ServiceReport(result: .stopped, message: "Stopped the service.", isLoaded: try await isLoaded)
    }

    func restart() async throws -> ServiceReport {
        guard try installedText() != nil else { return notInstalled }
        try await supervisor.restart()
        return ServiceReport(result: .restarted, message: "Restarted the service.", isLoaded: try await isLoaded)
    }

    private var isLoaded: Bool { get async throws { try await supervisor.state().isLoaded } }

    private var notInstalled: ServiceReport {
        ServiceReport(
            result: .notLoaded, message: "The service is not installed.", isLoaded: false,
            hints: [
                "Install it with `openclaw gateway install`.",
                "A Gateway that was started with `openclaw gateway run` is stopped with Ctrl-C where it runs.",
            ])
    }

    /// Keeps a copy beside the file and returns its path. An older copy gives way only when it is one of ours.
    private func keep(_ text: String) throws -> String {
        let names = [""] + (1...99).map { ".\($0)" }
        for name in names {
            let path = "\(supervisor.definitionPath).bak\(name)"
            let older = try AtomicFile.read(path, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
            if let older, older != text, !supervisor.isOurs(older) { continue }
            try AtomicFile.write(Array(text.utf8), to: path)
            return path
        }
        throw ClawError(
            .conflict, "There are a hundred copies of \(supervisor.definitionPath) already.",
            hint: "Look at them, and remove those that you do not need.")
    }
}
