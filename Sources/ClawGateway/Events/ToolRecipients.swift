import ClawCore

/// Which connections see the tool events of which run. Entries live ten minutes after their last use, and half a minute after
/// the end of the run. A device that lost its connection gets them again on its next one, when that asks for what it missed.
struct ToolRecipients {
    struct Audience: Sendable, Hashable {
        var connections: Set<String> = []
        /// The devices of the connections of now and before.
        var devices: Set<String> = []
    }

    private struct Entry {
        var audience = Audience()
        /// Milliseconds since 1970.
        var expiresAt: Int64 = 0
    }

    private static let lifetime: Int64 = 600_000
    private static let afterEnd: Int64 = 30_000
    private static let maxRuns = 1024
    private static let maxDevices = 64
    private var entries: [RunID: Entry] = [:]

    mutating func add(connection: String, device: String?, run: RunID, now: Int64) {
        prune(now)
        if entries[run] == nil, entries.count >= Self.maxRuns { return }
        var entry = entries.removeValue(forKey: run) ?? Entry()
        entry.audience.connections.insert(connection)
        if let device, entry.audience.devices.count < Self.maxDevices { entry.audience.devices.insert(device) }
        entry.expiresAt = now + Self.lifetime
        entries[run] = entry
    }

    /// Gives the connection what its device had on an earlier one.
    mutating func resume(connection: String, device: String, now: Int64) {
        for (run, entry) in entries where entry.expiresAt > now && entry.audience.devices.contains(device) {
            entries[run]?.audience.connections.insert(connection)
        }
    }

    mutating func audience(of run: RunID, now: Int64) -> Audience? {
        guard let entry = entries[run], entry.expiresAt > now else { return nil }
        entries[run]?.expiresAt = now + Self.lifetime
        return entry.audience
    }

    /// Whether the connection is told of the tool calls of the run.
    func reaches(_ connection: String, run: RunID, now: Int64) -> Bool {
        guard let entry = entries[run], entry.expiresAt > now else { return false }
        return entry.audience.connections.contains(connection)
    }

    mutating func end(_ run: RunID, now: Int64) { entries[run]?.expiresAt = now + Self.afterEnd }

    mutating func remove(connection: String) {
        for run in entries.keys { entries[run]?.audience.connections.remove(connection) }
    }

    private mutating func prune(_ now: Int64) { entries = entries.filter { $0.value.expiresAt > now } }
}
