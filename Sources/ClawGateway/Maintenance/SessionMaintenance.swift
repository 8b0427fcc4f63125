package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport
import Logging
import ServiceLifecycle
import Synchronization

/// Takes out of use, from time to time, what `session.maintenance` says is old: sessions, then archived transcripts, then what
/// is beyond the space that an agent may take. In mode `warn` it only tells. A session in which something runs stays.
package final class SessionMaintenance: Service {
    /// What it stands on.
    package struct Ports: Sendable {
        package var sessions: SessionStore
        package var directory: StateDirectory
        package var configuration: Live<Configuration>
        /// Whether something runs or waits in a session.
        package var isBusy: @Sendable (SessionKey) -> Bool
        package var time: any TimeSource

        package init(
            sessions: SessionStore, directory: StateDirectory, configuration: Live<Configuration>,
            isBusy: @escaping @Sendable (SessionKey) -> Bool, time: any TimeSource
        ) {
            self.sessions = sessions
            self.directory = directory
            self.configuration = configuration
            self.isBusy = isBusy
            self.time = time
        }
    }

    /// What one round did, or in mode `warn` would have done.
    package struct Round: Sendable, Hashable {
        package var isDone: Bool
        /// The sessions that went, sorted.
        package var sessions: [String]
        /// The names of the archived transcripts that were deleted, sorted.
        package var archives: [String]

        package init(isDone: Bool = false, sessions: [String] = [], archives: [String] = []) {
            self.isDone = isDone
            self.sessions = sessions
            self.archives = archives
        }

        package var isEmpty: Bool { sessions.isEmpty && archives.isEmpty }
    }

    /// Starting is no time for it.
    package static let firstAfter = Duration.seconds(300)
    package static let interval = Duration.seconds(3600)

    private let ports: Ports
    /// What was told last, so that a remark does not come every hour.
    private let told = Mutex<Round?>(nil)
    private let logger = Logger(label: "openclaw.sessions")

    package init(ports: Ports) { self.ports = ports }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var wait = Self.firstAfter
            while !Task.isCancelled {
                do {
                    try await self.ports.time.sleep(for: wait)
                    wait = Self.interval
                    self.tell(try await self.round())
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("session maintenance failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// One round over all agents.
    package func round() async throws -> Round {
        let configuration = ports.configuration.value
        let plan = try MaintenancePlan(configuration.session.maintenance)
        var round = Round(isDone: plan.mode == .enforce)
        for agent in configuration.agents.ids {
            try await sweep(agent, plan, &round)
            try await cut(agent, plan, &round)
        }
        round.sessions.sort()
        round.archives.sort()
        return round
    }

    private func sweep(_ agent: AgentID, _ plan: MaintenancePlan, _ round: inout Round) async throws {
        let records = try await ports.sessions.list(agent: agent)
        let sessions = records.map(Self.judged)
        let byKey = Dictionary(records.map { ($0.key.rawValue, $0) }) { first, _ in first }
        for removal in plan.sweep.removals(of: sessions, now: ports.time.nowMilliseconds) {
            guard let record = byKey[removal.key], try await retire(record, plan) != nil else { continue }
            round.sessions.append(removal.key)
        }
    }

    /// A session as the sweep sees it.
    private static func judged(_ record: SessionRecord) -> SessionSweep.Session {
        SessionSweep.Session(key: record.key.rawValue, updatedAt: record.updatedAt > 0 ? record.updatedAt : nil)
    }

    /// Takes a session out of use, in mode `warn` only in thought. Returns the paths of its archives; nil when it stays.
    private func retire(_ record: SessionRecord, _ plan: MaintenancePlan) async throws -> [String]? {
        if ports.isBusy(record.key) { return nil }
        guard plan.mode == .enforce else { return [] }
        // Somebody may have written since the list was made.
        let result = try await ports.sessions.delete(
            record.key, archiveTranscript: true, unlessUpdatedAfter: record.updatedAt)
        return result.deleted ? result.archived : nil
    }

    /// Removes archived transcripts, then the sessions not used longest, until the limits hold. Files of others in the folder
    /// count for nothing: no session that went would make them smaller.
    private func cut(_ agent: AgentID, _ plan: MaintenancePlan, _ round: inout Round) async throws {
        let folder = ports.directory.sessionsDirectory(agent)
        let found = try await FileWork.shared.run { try TranscriptArchives(folder: folder) }
        let sessions = plan.maximumBytes == nil ? [] : try await sizes(of: agent)
        let used = sessions.reduce(0) { $0 + $1.size }
        let isTooMuch = plan.maximumBytes.map { found.totalSize + used > $0 } ?? false
        let old = plan.archiveRetention.map { ports.time.nowMilliseconds - $0 }
        let removals = found.removals(before: old, bytes: isTooMuch ? plan.highWaterBytes.map { $0 - used } : nil)
        try await remove(removals.map(\.path), plan, &round)
        guard isTooMuch, let limit = plan.highWaterBytes else { return }
        var rest = found.totalSize + used - removals.reduce(0) { $0 + $1.size }
        // In mode `warn` those are still there that went in thought.
        let gone = Set(round.sessions)
        for (record, size) in sessions where size > 0 && !gone.contains(record.key.rawValue) {
            if rest <= limit { return }
            if plan.sweep.isKept(Self.judged(record)) { continue }
            guard let archived = try await retire(record, plan) else { continue }
            round.sessions.append(record.key.rawValue)
            try await remove(archived, plan, &round)
            rest -= size
        }
    }

    /// The sessions of an agent with the sizes of their transcripts, those first that were not used longest.
    private func sizes(of agent: AgentID) async throws -> [(record: SessionRecord, size: Int64)] {
        var sizes: [(record: SessionRecord, size: Int64)] = []
        for record in try await ports.sessions.list(agent: agent) { sizes.append((record, try await size(of: record))) }
        return sizes.sorted {
            ($0.record.updatedAt, $0.record.key.rawValue) < ($1.record.updatedAt, $1.record.key.rawValue)
        }
    }

    private func size(of record: SessionRecord) async throws -> Int64 {
        // One whose name leads nowhere has no transcript, and is no reason to leave all others alone.
        guard !record.sessionID.isEmpty, let path = try? ports.sessions.transcriptPath(record) else { return 0 }
        return try await FileWork.shared.run { FileStamp.of(path)?.byteCount ?? 0 }
    }

    private func remove(_ paths: [String], _ plan: MaintenancePlan, _ round: inout Round) async throws {
        for path in paths {
            if plan.mode == .enforce { try await FileWork.shared.run { try AtomicFile.remove(path) } }
            round.archives.append(path.split(separator: "/").last.map(String.init) ?? path)
        }
    }

    private func tell(_ round: Round) {
        let isNews = told.withLock { told in
            defer { told = round }
            return told != round
        }
        if round.isEmpty || !isNews && !round.isDone { return }
        let counts: Logger.Metadata = ["sessions": "\(round.sessions.count)", "archives": "\(round.archives.count)"]
        if round.isDone {
            logger.notice("old sessions taken out of use", metadata: counts)
        } else {
            logger.notice("old sessions could go: openclaw sessions cleanup", metadata: counts)
        }
    }
}
