import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle
import Synchronization

/// Notices that the files of the configuration changed, and puts into effect what can be. A file that does not work changes
/// nothing; what needs a restart asks for one. A service.
final class ConfigReloader: Service {
    /// What a change does to the rest of the Gateway.
    struct Ports: Sendable {
        /// Starts the channels of these ids anew, with what the configuration says now.
        var restartChannels: @Sendable (Set<String>) -> Void
        /// Whether a Gateway could start with this; throws why not.
        var check: @Sendable (ConfigSnapshot) throws -> Void
        /// Asks for a restart, for a reason; with true whoever made the change may still wish another time.
        var restart: @Sendable (String, Bool) -> Void
        /// Files beside those of the configuration that are read with it, such as stored keys.
        var watched: @Sendable (ConfigSnapshot) -> [String]
        /// Takes the secrets that a configuration refers to.
        var take: @Sendable (ConfigSnapshot) async -> SecretResolution
        /// Called with a configuration that was put into effect.
        var applied: @Sendable (ConfigSnapshot) -> Void
    }

    /// How often the files are looked at; two calls of `stat` cost a few microseconds.
    static let interval = Duration.milliseconds(500)

    private struct State {
        var stamps: [String: FileStamp?] = [:]
        /// Why the file's newest content is not in effect; nil when it is.
        var rejection: String?
        /// How changes are taken; what the newest valid file says about it counts at once.
        var settings: GatewayConfiguration.Reload
        /// Readings are numbered; one that was overtaken by a later one must not undo it.
        var begun = 0
        var finished = 0
        /// Whether the last question to the providers of secrets failed.
        var isDegraded = false
    }

    private let file: ConfigFile
    private let live: LiveConfiguration
    private let ports: Ports
    private let time: any TimeSource
    private let state: Mutex<State>
    private let logger = Logger(label: "openclaw.config")

    init(file: ConfigFile, live: LiveConfiguration, ports: Ports, time: any TimeSource) {
        self.file = file
        self.live = live
        self.ports = ports
        self.time = time
        state = Mutex(State(settings: live.configuration.value.gateway.reload))
        noteStamps(live.snapshot.value.files + ports.watched(live.snapshot.value))
    }

    var rejection: String? { state.withLock { $0.rejection } }

    /// Throws why no Gateway could start with this.
    func check(_ snapshot: ConfigSnapshot) throws { try ports.check(snapshot.using(live.snapshot.value.taken)) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.time.sleep(for: Self.interval)
                    guard self.hasChanged else { continue }
                    // An editor may write in several steps.
                    try await self.time.sleep(for: self.settings.debounce)
                    await self.reload()
                } catch {
                    return
                }
            }
        }
        // Returning would end the whole group of services.
        try await gracefulShutdown()
    }

    private var settings: GatewayConfiguration.Reload { state.withLock { $0.settings } }

    private var hasChanged: Bool { state.withLock { $0.stamps.contains { FileStamp.of($0.key) != $0.value } } }

    private func stamps(of files: [String]) -> [String: FileStamp?] {
        Dictionary(files.map { ($0, FileStamp.of($0)) }) { first, _ in first }
    }

    private func noteStamps(_ files: [String], takenBefore before: [String: FileStamp?] = [:]) {
        let stamps = stamps(of: files).merging(before.filter { files.contains($0.key) }) { $1 }
        state.withLock { $0.stamps = stamps }
    }

    /// Reads the files and puts into effect what can be.
    /// - Parameter awaitsWish: whether whoever made the change says later when the restart that it may need shall be.
    func reload(awaitsWish: Bool = false) async {
        let number = begin()
        // Taken before reading: what is written meanwhile must count as a change.
        let before = stamps(of: state.withLock { Array($0.stamps.keys) })
        let snapshot: ConfigSnapshot
        do {
            snapshot = try await read()
        } catch {
            return  // `inspect` does not throw; this is the cancellation of the Gateway
        }
        let files = snapshot.files.isEmpty ? [file.location.configPath] : snapshot.files
        noteStamps(files + ports.watched(snapshot), takenBefore: before)
        // A file that is gone is no empty configuration.
        if !snapshot.exists, live.snapshot.value.exists { return reject("The configuration file is gone.") }
        if let issue = snapshot.issues.first { return reject(issue.description) }
        let settings = snapshot.configuration.gateway.reload
        if settings.mode == .off {
            // No provider of secrets is asked for what will not count.
            if finish(number, settings) { tellOfWaiting(snapshot) }
            return
        }
        let secrets = await ports.take(snapshot)
        note(secrets)
        if let problem = secrets.problem { return reject(problem.message) }
        guard finish(number, settings) else { return }
        apply(snapshot.using(secrets.values), mode: settings.mode, awaitsWish)
    }

    /// Reads the file, and one that is gone twice more: some editors remove it for a moment (config §10).
    private func read() async throws -> ConfigSnapshot {
        let file = file
        var snapshot = try await FileWork.shared.run { file.inspect() }
        for _ in 0..<2 where !snapshot.exists && live.snapshot.value.exists {
            try await time.sleep(for: .milliseconds(150))
            snapshot = try await FileWork.shared.run { file.inspect() }
        }
        return snapshot
    }

    /// Asks the providers of secrets anew, for the configuration that is in effect, and puts all of what they say into effect
    /// or, when one of them fails, nothing. Returns how many references were passed over. Throws `unavailable`.
    func reloadSecrets() async throws(ClawError) -> Int {
        let number = begin()
        let snapshot = live.snapshot.value
        let secrets = await ports.take(snapshot)
        note(secrets)
        if let problem = secrets.problem {
            throw ClawError(.unavailable, problem.message, hint: problem.hint, retry: .yes)
        }
        let mode = settings.mode
        // Whoever asks for it means it, also where changes of files wait.
        if finish(number) { apply(snapshot.using(secrets.values), mode: mode == .off ? .hybrid : mode, false) }
        return secrets.ignored.count
    }

    private func begin() -> Int {
        state.withLock { state in
            state.begun += 1
            return state.begun
        }
    }

    /// Whether what was read under this number may count.
    private func finish(_ number: Int, _ settings: GatewayConfiguration.Reload? = nil) -> Bool {
        state.withLock { state in
            if number < state.finished { return false }
            state.finished = number
            if let settings { state.settings = settings }
            return true
        }
    }

    private func note(_ secrets: SecretResolution) {
        let isDegraded = !secrets.failures.isEmpty
        let isNew = state.withLock { state in
            defer { state.isDegraded = isDegraded }
            return state.isDegraded != isDegraded
        }
        if isNew, isDegraded {
            logger.warning(
                "secrets cannot be taken; those of before stay in use",
                metadata: [
                    "code": "SECRETS_RELOADER_DEGRADED",
                    "reason": "\(secrets.failures.map(\.description).joined(separator: "; "))",
                ])
        } else if isNew {
            logger.notice("secrets can be taken again", metadata: ["code": "SECRETS_RELOADER_RECOVERED"])
        }
    }

    private func apply(_ snapshot: ConfigSnapshot, mode: ReloadMode, _ awaitsWish: Bool) {
        let current = live.snapshot.value
        let plan = ReloadPlan(
            from: current.configuration.effective, to: snapshot.configuration.effective,
            besides: Self.changedSecrets(from: current, to: snapshot))
        // Variables may have changed that no path shows.
        if plan.isEmpty, snapshot.environment == current.environment {
            live.replace(with: snapshot)
            ports.applied(snapshot)
            return accept()
        }
        switch mode.decision(plan) {
        case .apply:
            live.replace(with: snapshot)
            ports.applied(snapshot)
            if !plan.channels.isEmpty { ports.restartChannels(plan.channels) }
            logger.notice("configuration reloaded", metadata: ["paths": "\(plan.paths.joined(separator: " "))"])
            accept()
        case .restart:
            do {
                try ports.check(snapshot)
            } catch {
                return reject("The Gateway could not start with it: \(error)")
            }
            accept()
            logger.notice(
                "the configuration needs a restart", metadata: ["paths": "\(plan.restartPaths.joined(separator: " "))"])
            ports.restart("config", awaitsWish)
        case .postpone: postpone(plan, mode)
        }
    }

    /// In mode `off` nothing takes effect; people are told what would.
    private func tellOfWaiting(_ snapshot: ConfigSnapshot) {
        let plan = ReloadPlan(from: live.configuration.value.effective, to: snapshot.configuration.effective)
        if ReloadMode.off.decision(plan) == .apply { accept() } else { postpone(plan, .off) }
    }

    private func postpone(_ plan: ReloadPlan, _ mode: ReloadMode) {
        let paths = mode.waiting(plan).joined(separator: ", ")
        reject("gateway.reload.mode is \"\(mode.rawValue)\", and it takes a restart: \(paths).")
    }

    /// The places whose reference leads to another secret than before.
    private static func changedSecrets(from old: ConfigSnapshot, to new: ConfigSnapshot) -> Set<String> {
        let changes = new.taken.changes(from: old.taken)
        if changes.isEmpty { return [] }
        let slots = SecretSlot.all(in: new.value, channels: Catalogue.channelIDs)
        return Set(
            slots.filter { slot in slot.isActive && slot.reference.map(changes.contains) == true }
                .map(\.path.description))
    }

    private func accept() { state.withLock { $0.rejection = nil } }

    private func reject(_ reason: String) {
        let isNew = state.withLock { state in
            defer { state.rejection = reason }
            return state.rejection != reason
        }
        if isNew {
            logger.warning("the changed configuration is not in effect", metadata: ["reason": "\(reason)"])
        }
    }
}
