package import ClawSupport
import Logging

/// Why a device's token was not taken.
package enum DeviceTokenFault: Error, Sendable, Hashable {
    case unknownDevice
    case unknownRole
    case revoked
    case mismatch
    /// The token does not reach as far as was asked.
    case scopes
}

/// The paired devices and those that wait: `devices/paired.json` and `devices/pending.json`. Members that this program does
/// not know are kept; a change by another program is seen. Every change is durable when its method returns, except
/// `lastUsedAtMs`.
package actor DeviceStore {
    /// A request that nobody repeats is forgotten after this time.
    package static let pendingLifetime = Duration.seconds(300)
    private static let pendingLimit = 64

    private let time: any TimeSource
    private let entropy: any Entropy
    private var pendingFile: StoredMap
    private var pairedFile: StoredMap
    /// Uses that are not in the file yet: device, role, time.
    private var uses: [String: [String: Int64]] = [:]

    package init(
        directory: StateDirectory, time: any TimeSource, entropy: any Entropy, report: StoreReporter? = nil
    ) {
        let report = report ?? StoreIssue.logging(to: Logger(label: "openclaw.store"))
        self.time = time
        self.entropy = entropy
        pendingFile = StoredMap(
            path: "\(directory.devicesDirectory)/pending.json", report: report, now: { time.nowMilliseconds })
        pairedFile = StoredMap(
            path: "\(directory.devicesDirectory)/paired.json", report: report, now: { time.nowMilliseconds })
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    /// The record of a paired device; nil when it is not paired.
    package func device(_ deviceID: String) throws -> DeviceRecord? {
        try paired()[deviceID]?.objectValue.map { record(deviceID, $0) }
    }

    /// All paired devices, the newest approval first.
    package func devices() throws -> [DeviceRecord] {
        let all = try paired().compactMap { id, value in value.objectValue.map { record(id, $0) } }
        return all.sorted { ($1.approvedAt, $0.deviceID) < ($0.approvedAt, $1.deviceID) }
    }

    /// All requests that have not expired, the newest first.
    package func pending() throws -> [PendingDevice] {
        try livePending().compactMap { $1.objectValue.map(PendingDevice.init) }
            .sorted { ($1.timestamp, $0.requestID) < ($0.timestamp, $1.requestID) }
    }

    /// The request with this id; nil when there is none or it has expired.
    package func pending(_ requestID: String) throws -> PendingDevice? {
        try livePending()[requestID]?.objectValue.map(PendingDevice.init)
    }

    /// Adds a request of a device, or joins it to the one the device has: roles and scopes are united, other members
    /// replaced, its time is now, and it stays silent only when both are. `fields` hold `deviceId`, `publicKey` and what else
    /// is known. `isNew` is false for a joined one.
    package func upsertPending(_ fields: JSONObject) throws -> (request: PendingDevice, isNew: Bool) {
        var all = try livePending()
        let fresh = PendingDevice(fields: fields)
        let now = time.nowMilliseconds
        let existing = all.values.compactMap { $0.objectValue.map(PendingDevice.init) }
            .first { $0.deviceID == fresh.deviceID }
        var joined = existing?.fields ?? ["requestId": .string(entropy.uuid())]
        for (key, value) in fields where key != "requestId" { joined[key] = value }
        let roles = DeviceFields.union(existing?.roles ?? [], fresh.roles)
        let scopes = DeviceFields.union(existing?.scopes ?? [], fresh.scopes)
        if !roles.isEmpty { joined["roles"] = .strings(roles) }
        if !scopes.isEmpty || fields.contains("scopes") { joined["scopes"] = .strings(scopes) }
        joined["silent"] = .bool(fresh.isSilent && existing?.isSilent ?? true)
        joined["isRepair"] = .bool(try paired().contains(fresh.deviceID))
        joined["ts"] = .int64(now)
        let request = PendingDevice(fields: joined)
        all[request.requestID] = .object(joined)
        while all.count > Self.pendingLimit, let oldest = oldestRequest(in: all) { all[oldest] = nil }
        try pendingFile.write(all)
        return (request, existing == nil)
    }

    /// Pairs the device of a request: roles and scopes are united with those it had, and it gets a fresh token for the
    /// requested role. Nil when the request is unknown or expired.
    package func approve(_ requestID: String) throws -> (device: DeviceRecord, token: DeviceToken?)? {
        var waiting = try livePending()
        guard let fields = waiting[requestID]?.objectValue else { return nil }
        let request = PendingDevice(fields: fields)
        let now = time.nowMilliseconds
        let old = try device(request.deviceID)
        var merged = old?.fields ?? [:]
        let requestOnly: Set<String> = ["requestId", "silent", "isRepair", "ts", "roles", "scopes"]
        for (key, value) in fields where !requestOnly.contains(key) { merged[key] = value }
        let roles = DeviceFields.union(old?.roles ?? [], request.roles)
        merged["roles"] = .strings(roles)
        merged["scopes"] = .strings(DeviceFields.union(old?.scopes ?? [], request.scopes))
        merged["approvedScopes"] = .strings(DeviceFields.union(old?.approvedScopes ?? [], request.scopes))
        merged["createdAtMs"] = merged["createdAtMs"] ?? .int64(now)
        merged["approvedAtMs"] = .int64(now)
        var device = DeviceRecord(fields: merged)
        var token: DeviceToken?
        if let role = request.role ?? roles.first {
            let previous = old?.token(role: role)
            var scopes = request.scopes
            if scopes.isEmpty { scopes = previous?.scopes ?? [] }
            if scopes.isEmpty { scopes = device.approvedScopes }
            let fresh = makeToken(role: role, scopes: scopes, replacing: previous)
            device.setToken(fresh)
            token = fresh
        }
        try save(device)
        waiting[requestID] = nil
        try pendingFile.write(waiting)
        return (device, token)
    }

    /// Removes a request and returns it; nil when there is none.
    package func reject(_ requestID: String) throws -> PendingDevice? {
        var waiting = try livePending()
        guard let fields = waiting.removeValue(forKey: requestID)?.objectValue else { return nil }
        try pendingFile.write(waiting)
        return PendingDevice(fields: fields)
    }

    /// Forgets a paired device with its tokens. False when it was not paired.
    package func remove(_ deviceID: String) throws -> Bool {
        var all = try paired()
        guard all.removeValue(forKey: deviceID) != nil else { return false }
        uses[deviceID] = nil
        try pairedFile.write(all)
        return true
    }

    /// Sets members of a paired device's record, such as `displayName` and `remoteIp`; `null` deletes. Nothing is written
    /// when nothing changes. Nil when it is not paired.
    package func refresh(_ deviceID: String, _ changes: JSONObject) throws -> DeviceRecord? {
        guard var device = try device(deviceID) else { return nil }
        let before = device.fields
        for (key, value) in changes { device.fields[key] = value.isNull ? JSONValue?.none : value }
        if device.fields != before { try save(device) }
        return device
    }

    /// Remembers that a token was used now. It reaches the file with the next change or `flush`: a loss is harmless.
    package func touch(_ deviceID: String, role: String) { uses[deviceID, default: [:]][role] = time.nowMilliseconds }

    /// Writes the uses that are not in the file yet.
    package func flush() throws {
        if uses.isEmpty { return }
        var all = try paired()
        for id in uses.keys {
            if let fields = all[id]?.objectValue { all[id] = .object(record(id, fields).fields) }
        }
        uses.removeAll()
        try pairedFile.write(all)
    }

    var now: Int64 { time.nowMilliseconds }

    func newTokenText() -> String { entropy.token(bytes: 32) }

    func save(_ device: DeviceRecord) throws {
        var all = try paired()
        all[device.deviceID] = .object(device.fields)
        try pairedFile.write(all)
        uses[device.deviceID] = nil
    }

    private func paired() throws -> JSONObject { try pairedFile.read() }

    /// The record with the uses that its file does not have yet.
    private func record(_ deviceID: String, _ fields: JSONObject) -> DeviceRecord {
        var device = DeviceRecord(fields: fields)
        for (role, time) in uses[deviceID] ?? [:] {
            guard var token = device.token(role: role) else { continue }
            token.fields["lastUsedAtMs"] = .int64(time)
            device.setToken(token)
        }
        return device
    }

    private func livePending() throws -> JSONObject {
        let now = time.nowMilliseconds
        let lifetime = Self.pendingLifetime.components.seconds * 1000
        let all = try pendingFile.read()
        let live = all.filter { _, value in
            now - Int64(value["ts"]?.quantityValue ?? 0) < lifetime
        }
        return live.count == all.count ? all : JSONObject(live)
    }

    private func oldestRequest(in all: JSONObject) -> String? {
        all.min { ($0.1["ts"]?.intValue ?? 0) < ($1.1["ts"]?.intValue ?? 0) }?.0
    }
}
