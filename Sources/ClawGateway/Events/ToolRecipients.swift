import ClawCore

/// Which connections see the tool events of which run. Entries live ten minutes after their last use, and half a minute after
/// the end of the run.
struct ToolRecipients {
    private struct Entry {
        var connections: Set<String>
        /// Milliseconds since 1970.
        var expiresAt: Int64
    }

    private static let lifetime: Int64 = 600_000
    private static let afterEnd: Int64 = 30_000
    private static let maxRuns = 1024
    private var entries: [RunID: Entry] = [:]

    mutating func add(connection: String, run: RunID, now: Int64) {
        prune(now)
        if entries[run] == nil, entries.count >= Self.maxRuns { return }
        entries[run, default: Entry(connections: [], expiresAt: 0)].connections.insert(connection)
        entries[run]?.expiresAt = now + Self.lifetime
    }

    mutating func recipients(of run: RunID, now: Int64) -> Set<String> {
        guard let entry = entries[run], entry.expiresAt > now else { return [] }
        entries[run]?.expiresAt = now + Self.lifetime
        return entry.connections
    }

    mutating func end(_ run: RunID, now: Int64) { entries[run]?.expiresAt = now + Self.afterEnd }

    mutating func remove(connection: String) {
        for run in entries.keys { entries[run]?.connections.remove(connection) }
    }

    private mutating func prune(_ now: Int64) { entries = entries.filter { $0.value.expiresAt > now } }
}
