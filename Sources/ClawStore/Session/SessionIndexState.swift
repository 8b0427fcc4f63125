import ClawCore
import Synchronization

/// Which agents' session indexes are behind the database.
final class SessionIndexState: Sendable {
    private let changed = Mutex<Set<AgentID>>([])

    func markChanged(_ agent: AgentID) { changed.withLock { _ = $0.insert(agent) } }

    /// Takes all of them; those marked later are found the next time.
    func takeChanged() -> Set<AgentID> {
        changed.withLock { changed in
            let all = changed
            changed.removeAll()
            return all
        }
    }

    var isChanged: Bool { changed.withLock { !$0.isEmpty } }
}
