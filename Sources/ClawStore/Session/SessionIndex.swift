import ClawCore
import ClawSupport
import Synchronization

/// Keeps `sessions.json` of every agent and the rows of sessions in step.
final class SessionIndex: Sendable {
    private struct State: Sendable {
        var isLoaded = false
        var lastCheckpoint: UInt64 = 0
    }

    private let journal: Journal
    private let state = Mutex(State())

    /// How long the loop sleeps between looks.
    private static let interval = Duration.seconds(1)

    init(journal: Journal) { self.journal = journal }

    /// Merges, once, what the indexes hold that the rows do not.
    func load() async throws {
        if state.withLock({ $0.isLoaded }) { return }
        for agent in try await IndexFiles.shared.agents(of: journal.directory) { try await merge(agent) }
        state.withLock { $0.isLoaded = true }
    }

    func merge(_ agent: AgentID) async throws {}

    func synchronize() async throws { try await load() }

    func run() async throws {}
}

/// Reads and writes index files on the thread for files.
actor IndexFiles {
    static let shared = IndexFiles()

    nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    func agents(of directory: StateDirectory) throws -> [AgentID] { [] }
}
