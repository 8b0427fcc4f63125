package import ClawSupport

/// A paired device: the members of its record, also those that this program does not know.
package struct DeviceRecord: Sendable, Hashable {
    package var fields: JSONObject

    package init(fields: JSONObject) { self.fields = fields }

    package var deviceID: String { fields["deviceId"]?.stringValue ?? "" }
    /// Base64url of the raw key.
    package var publicKey: String { fields["publicKey"]?.stringValue ?? "" }
    package var displayName: String? { fields["displayName"]?.stringValue }
    package var platform: String? { fields["platform"]?.stringValue }
    package var deviceFamily: String? { fields["deviceFamily"]?.stringValue }
    package var clientID: String? { fields["clientId"]?.stringValue }
    package var clientMode: String? { fields["clientMode"]?.stringValue }
    package var role: String? { fields["role"]?.stringValue }
    /// All roles, also the one of older records that name only one.
    package var roles: [String] { DeviceFields.union(strings("roles"), role.map { [$0] } ?? []) }
    package var scopes: [String] { strings("scopes") }
    /// What was approved; older records name only `scopes`.
    package var approvedScopes: [String] { fields["approvedScopes"] == nil ? scopes : strings("approvedScopes") }
    package var remoteIP: String? { fields["remoteIp"]?.stringValue }
    /// Milliseconds since 1970.
    package var createdAt: Int64 { Int64(fields["createdAtMs"]?.quantityValue ?? 0) }
    package var approvedAt: Int64 { Int64(fields["approvedAtMs"]?.quantityValue ?? 0) }

    /// The tokens by role.
    package var tokens: [DeviceToken] {
        (fields["tokens"]?.objectValue ?? [:]).compactMap { role, value in
            value.objectValue.map { DeviceToken(role: role, fields: $0) }
        }
    }

    package func token(role: String) -> DeviceToken? { tokens.first { $0.role == role } }

    private func strings(_ key: String) -> [String] { DeviceFields.strings(fields[key]) }

    mutating func setToken(_ token: DeviceToken) {
        var tokens = fields["tokens"]?.objectValue ?? [:]
        tokens[token.role] = .object(token.fields)
        fields["tokens"] = .object(tokens)
    }
}

/// What a device shows instead of the shared secret, for one role.
package struct DeviceToken: Sendable, Hashable {
    package let role: String
    package var fields: JSONObject

    init(role: String, fields: JSONObject) {
        self.role = role
        self.fields = fields
    }

    package var token: Redacted { Redacted(fields["token"]?.stringValue ?? "") }
    package var scopes: [String] { DeviceFields.strings(fields["scopes"]) }
    /// Milliseconds since 1970.
    package var createdAt: Int64 { Int64(fields["createdAtMs"]?.quantityValue ?? 0) }
    package var rotatedAt: Int64? { fields["rotatedAtMs"]?.intValue.map(Int64.init) }
    package var revokedAt: Int64? { fields["revokedAtMs"]?.intValue.map(Int64.init) }
    package var lastUsedAt: Int64? { fields["lastUsedAtMs"]?.intValue.map(Int64.init) }
    package var isRevoked: Bool { revokedAt != nil }
}

/// A device that waits for approval.
package struct PendingDevice: Sendable, Hashable {
    package var fields: JSONObject

    package init(fields: JSONObject) { self.fields = fields }

    package var requestID: String { fields["requestId"]?.stringValue ?? "" }
    package var deviceID: String { fields["deviceId"]?.stringValue ?? "" }
    package var role: String? { fields["role"]?.stringValue }
    package var roles: [String] { DeviceFields.union(DeviceFields.strings(fields["roles"]), role.map { [$0] } ?? []) }
    package var scopes: [String] { DeviceFields.strings(fields["scopes"]) }
    /// Whether it may be approved without asking anyone.
    package var isSilent: Bool { fields["silent"]?.boolValue ?? false }
    package var isRepair: Bool { fields["isRepair"]?.boolValue ?? false }
    /// When it was asked last, in milliseconds since 1970.
    package var timestamp: Int64 { Int64(fields["ts"]?.quantityValue ?? 0) }
}

/// Reading and joining lists of roles and scopes.
enum DeviceFields {
    static func strings(_ value: JSONValue?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }

    /// Both lists in order, each text once.
    static func union(_ first: [String], _ second: [String]) -> [String] {
        var seen: Set<String> = []
        return (first + second).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

/// Which scopes others imply.
package enum ScopeCoverage {
    /// Whether `granted` covers all of `requested` in a role. For operators admin covers every `operator.` scope and write
    /// covers read; in other roles scopes are compared by text.
    package static func covers(_ granted: [String], _ requested: [String], role: String) -> Bool {
        let granted = Set(granted)
        return requested.allSatisfy { scope in
            if granted.contains(scope) { return true }
            guard role == "operator" else { return false }
            if granted.contains("operator.admin"), scope.hasPrefix("operator.") { return true }
            return scope == "operator.read" && granted.contains("operator.write")
        }
    }
}
