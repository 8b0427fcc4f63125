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
        var restart: @Sendable (String) -> Void
        /// Files beside those of the configuration that are read with it, such as stored keys.
        var watched: @Sendable (ConfigSnapshot) -> [String]
        /// Called with a configuration that was put into effect.
        var applied: @Sendable (ConfigSnapshot) -> Void
    }

    /// How often the files are looked at; two calls of `stat` cost a few microseconds.
    static let interval = Duration.milliseconds(500)

    private struct State {
        var stamps: [String: FileStamp?] = [:]
        /// Why the file's newest content is not in effect; nil when it is.
        var rejection: String?
    }

    private let file: ConfigFile
    private let live: LiveConfiguration
    private let ports: Ports
    private let time: any TimeSource
    private let state = Mutex(State())
    private let logger = Logger(label: "openclaw.config")

    init(file: ConfigFile, live: LiveConfiguration, ports: Ports, time: any TimeSource) {
        self.file = file
        self.live = live
        self.ports = ports
        self.time = time
        noteStamps(live.snapshot.value.files + ports.watched(live.snapshot.value))
    }

    var rejection: String? { state.withLock { $0.rejection } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.time.sleep(for: Self.interval)
                    if self.live.configuration.value.gateway.reload.mode == .off { continue }
                    guard self.hasChanged else { continue }
                    // An editor may write in several steps.
                    try await self.time.sleep(for: self.live.configuration.value.gateway.reload.debounce)
                    await self.reload()
                } catch {
                    return
                }
            }
        }
        // Returning would end the whole group of services.
        try await gracefulShutdown()
    }

    private var hasChanged: Bool { state.withLock { $0.stamps.contains { FileStamp.of($0.key) != $0.value } } }

    private func stamps(of files: [String]) -> [String: FileStamp?] {
        Dictionary(files.map { ($0, FileStamp.of($0)) }) { first, _ in first }
    }

    private func noteStamps(_ files: [String], takenBefore before: [String: FileStamp?] = [:]) {
        let stamps = stamps(of: files).merging(before.filter { files.contains($0.key) }) { $1 }
        state.withLock { $0.stamps = stamps }
    }

    /// Reads the files and puts into effect what can be.
    func reload() async {
        // Taken before reading: what is written meanwhile must count as a change.
        let before = stamps(of: state.withLock { Array($0.stamps.keys) })
        let snapshot: ConfigSnapshot
        do {
            let file = file
            snapshot = try await FileWork.shared.run { file.inspect() }
        } catch {
            return  // `inspect` does not throw; this is the cancellation of the Gateway
        }
        let files = snapshot.files.isEmpty ? [file.location.configPath] : snapshot.files
        noteStamps(files + ports.watched(snapshot), takenBefore: before)
        // A file that is gone for a moment, as some editors do it, is no empty configuration.
        if !snapshot.exists, live.snapshot.value.exists { return reject("The configuration file is gone.") }
        if let issue = snapshot.issues.first { return reject(issue.description) }
        apply(snapshot)
    }

    private func apply(_ snapshot: ConfigSnapshot) {
        let current = live.snapshot.value
        let plan = ReloadPlan(from: current.configuration.effective, to: snapshot.configuration.effective)
        // Variables may have changed that no path shows.
        if plan.isEmpty, snapshot.environment == current.environment {
            live.replace(with: snapshot)
            ports.applied(snapshot)
            return accept()
        }
        switch snapshot.configuration.gateway.reload.mode.decision(plan) {
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
            ports.restart("config")
        case .postpone:
            let paths = plan.restartPaths.isEmpty ? plan.paths : plan.restartPaths
            reject("It takes a restart: \(paths.joined(separator: ", ")).")
        }
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
