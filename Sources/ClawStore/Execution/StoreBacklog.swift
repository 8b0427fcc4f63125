import ClawCore
import Synchronization

/// What is durable in the journal and not yet in the files that other programs read.
final class StoreBacklog: Sendable {
    private struct State: Sendable {
        var changedIndexes: Set<AgentID> = []
        var behindFiles: Set<String> = []
        var waitingLines = 0
    }

    private let state = Mutex(State())

    /// The session index of `agent` does not show what its rows say.
    func markIndexChanged(_ agent: AgentID) { state.withLock { _ = $0.changedIndexes.insert(agent) } }

    var hasChangedIndexes: Bool { state.withLock { !$0.changedIndexes.isEmpty } }

    /// Takes all agents whose index is behind; those marked later are found the next time.
    func takeChangedIndexes() -> Set<AgentID> {
        state.withLock { state in
            let all = state.changedIndexes
            state.changedIndexes = []
            return all
        }
    }

    /// Transcripts that lack lines which the journal has, because writing them failed.
    var behindFiles: Set<String> { state.withLock { $0.behindFiles } }

    func isBehind(_ file: String) -> Bool { state.withLock { $0.behindFiles.contains(file) } }

    func markBehind(_ file: String) { state.withLock { _ = $0.behindFiles.insert(file) } }

    /// Whether it was marked.
    @discardableResult
    func clearBehind(_ file: String) -> Bool { state.withLock { $0.behindFiles.remove(file) != nil } }

    /// Lines that stay in the journal until their file is synced, as far as this process knows.
    var waitingLines: Int { state.withLock { $0.waitingLines } }

    func addWaitingLines(_ count: Int) { state.withLock { $0.waitingLines += count } }

    func removeWaitingLines(_ count: Int) { state.withLock { $0.waitingLines = max(0, $0.waitingLines - count) } }
}
