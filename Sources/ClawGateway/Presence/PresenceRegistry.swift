import ClawProtocol
package import ClawSupport
import Synchronization

/// Who is there: an entry for the Gateway, one for each client, and what `system-event` reports (gateway-protocol §3.4).
package final class PresenceRegistry: Sendable {
    private struct Entry {
        var fields: JSONObject
        var roles: [String] = []
        var scopes: [String] = []
        /// Milliseconds since 1970.
        var timestamp: Int64
        /// Breaks ties of entries of one millisecond: the later change counts as newer.
        var order: Int
        var deviceID: String?
        var reason: String?
        var text: String

        var json: JSONValue {
            var json = fields
            json.set("deviceId", deviceID)
            if !roles.isEmpty { json["roles"] = .strings(roles) }
            if !scopes.isEmpty { json["scopes"] = .strings(scopes) }
            json.set("instanceId", deviceID ?? fields["instanceId"]?.stringValue)
            json.set("reason", reason)
            json["ts"] = .int64(timestamp)
            json["text"] = .string(text)
            return .object(json)
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var order = 0
    }

    package static let lifetime: Int64 = 300_000
    package static let maxEntries = 200

    private let state = Mutex(State())
    private let host: HostFacts
    private let version: String
    private let time: any TimeSource

    package init(host: HostFacts, version: String, time: any TimeSource) {
        self.host = host
        self.version = version
        self.time = time
    }

    /// Notes that a client connected. False for clients that are not tracked: the command line.
    package func connected(_ connection: ClientConnection) -> Bool {
        if connection.client.mode == "cli" { return false }
        let client = connection.client
        var fields: JSONObject = ["host": .string(client.displayName ?? client.id)]
        fields.set("ip", connection.remote.recordable)
        fields["version"] = .string(client.version)
        fields["platform"] = .string(client.platform)
        fields.set("deviceFamily", client.deviceFamily)
        fields.set("modelIdentifier", client.modelIdentifier)
        fields["mode"] = .string(client.mode)
        fields.set("instanceId", client.instanceID)
        let text = "Node: \(client.displayName ?? client.id) · mode \(client.mode)"
        upsert(Self.key(of: connection)) { entry in
            entry.fields = fields
            entry.deviceID = connection.deviceID
            entry.reason = "connect"
            entry.text = text
            Self.add([connection.role.rawValue], to: &entry.roles)
            Self.add(connection.scopes.map(\.rawValue), to: &entry.scopes)
        }
        return true
    }

    /// Notes that a client went. Its entry stays for some time. False for clients that are not tracked.
    package func disconnected(_ connection: ClientConnection) -> Bool {
        if connection.client.mode == "cli" { return false }
        upsert(Self.key(of: connection)) { $0.reason = "disconnect" }
        return true
    }

    /// Notes what a client reported. Returns what of it is new, as a line for an agent; nil when nothing is. A machine that says
    /// from time to time that it is still there is nothing new.
    package func reported(_ report: PresenceReport) -> String? {
        var before = Entry(fields: [:], timestamp: 0, order: 0, text: "")
        var after = before
        upsert(report.key) { entry in
            before = entry
            for (name, value) in report.fields { entry.fields[name] = value }
            entry.deviceID = report.deviceID ?? entry.deviceID
            entry.reason = report.reason ?? entry.reason
            entry.text = report.text
            Self.add(report.roles, to: &entry.roles)
            Self.add(report.scopes, to: &entry.scopes)
            after = entry
        }
        let reason = after.reason?.lowercased() ?? ""
        let isRoutine = reason.hasPrefix("periodic") || reason == "heartbeat"
        let changed = ["host", "ip", "version", "mode"].filter { before.fields[$0] != after.fields[$0] }
        let hasReason = before.reason != after.reason && !isRoutine
        if changed.isEmpty, !hasReason { return nil }
        func part(_ word: String, _ key: String) -> String? {
            changed.contains(key) ? after.fields[key]?.stringValue.map { "\(word) \($0)" } : nil
        }
        let address = after.fields["ip"]?.stringValue.map { " (\($0))" } ?? ""
        let parts = [
            "Node: \(after.fields["host"]?.stringValue ?? "unknown")\(address)", part("app", "version"),
            part("mode", "mode"), hasReason ? after.reason.map { "reason \($0)" } : nil,
        ]
        return parts.compactMap(\.self).joined(separator: " · ")
    }

    /// Everybody who is or was there lately, the newest first, this Gateway among them.
    package var list: [JSONValue] {
        let now = time.nowMilliseconds
        let entries = state.withLock { state in
            state.entries = state.entries.filter { now - $0.value.timestamp <= Self.lifetime }
            return Array(state.entries.values)
        }
        let sorted = entries.sorted { ($0.timestamp, $0.order) > ($1.timestamp, $1.order) }
        return [host.presence(version: version, now: now)] + sorted.map(\.json)
    }

    private func upsert(_ key: String, _ change: (inout Entry) -> Void) {
        let now = time.nowMilliseconds
        state.withLock { state in
            state.order += 1
            var entry = state.entries[key] ?? Entry(fields: [:], timestamp: now, order: 0, text: "")
            entry.timestamp = now
            entry.order = state.order
            change(&entry)
            state.entries[key] = entry
            guard state.entries.count > Self.maxEntries else { return }
            state.entries = state.entries.filter { now - $0.value.timestamp <= Self.lifetime }
            if state.entries.count > Self.maxEntries,
                let oldest = state.entries.min(by: { $0.value.order < $1.value.order })
            {
                state.entries[oldest.key] = nil
            }
        }
    }

    private static func key(of connection: ClientConnection) -> String {
        (connection.deviceID ?? connection.client.instanceID ?? connection.id).lowercased()
    }

    private static func add(_ new: [String], to list: inout [String]) {
        for text in new where !list.contains(text) { list.append(text) }
    }
}
