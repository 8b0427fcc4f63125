import ClawSupport

extension DeviceStore {
    /// The live token of a role when it covers `scopes`, else a new one with exactly these. Nil when the device is not paired.
    package func ensureToken(_ deviceID: String, role: String, scopes: [String]) throws -> DeviceToken? {
        guard var device = try device(deviceID) else { return nil }
        let old = device.token(role: role)
        if let old, !old.isRevoked, ScopeCoverage.covers(old.scopes, scopes, role: role) { return old }
        let token = makeToken(role: role, scopes: scopes, replacing: old)
        device.setToken(token)
        try save(device)
        return token
    }

    /// A new token for a role, with the old one's scopes unless `scopes` are given, which must be within what was approved.
    /// Nil when the device or its token is unknown or the scopes go too far.
    package func rotateToken(_ deviceID: String, role: String, scopes: [String]? = nil) throws -> DeviceToken? {
        guard var device = try device(deviceID) else { return nil }
        guard let old = device.token(role: role) else { return nil }
        let wanted = scopes ?? old.scopes
        guard ScopeCoverage.covers(device.approvedScopes, wanted, role: role) else { return nil }
        let token = makeToken(role: role, scopes: wanted, replacing: old)
        device.setToken(token)
        try save(device)
        return token
    }

    /// Revokes the token of a role. Nil when there is none.
    package func revokeToken(_ deviceID: String, role: String) throws -> DeviceToken? {
        guard var device = try device(deviceID), var token = device.token(role: role) else { return nil }
        if !token.isRevoked {
            token.fields["revokedAtMs"] = .int64(now)
            device.setToken(token)
            try save(device)
        }
        return token
    }

    /// Whether `token` is the device's live one for `role` and covers `scopes`; compared in constant time. Throws
    /// `DeviceTokenFault`.
    package func verifyToken(_ deviceID: String, role: String, token: String, scopes: [String]) throws {
        guard let device = try device(deviceID) else { throw DeviceTokenFault.unknownDevice }
        guard let known = device.token(role: role), !known.token.isEmpty else { throw DeviceTokenFault.unknownRole }
        if known.isRevoked { throw DeviceTokenFault.revoked }
        guard known.token.matches(token) else { throw DeviceTokenFault.mismatch }
        guard ScopeCoverage.covers(known.scopes, scopes, role: role) else { throw DeviceTokenFault.scopes }
        touch(deviceID, role: role)
    }

    func makeToken(role: String, scopes: [String], replacing old: DeviceToken?) -> DeviceToken {
        var fields = old?.fields ?? [:]
        fields["token"] = .string(newTokenText())
        fields["role"] = .string(role)
        fields["scopes"] = .strings(Set(scopes).sorted())
        fields["createdAtMs"] = fields["createdAtMs"] ?? .int64(now)
        if old != nil { fields["rotatedAtMs"] = .int64(now) }
        fields["revokedAtMs"] = nil
        fields["lastUsedAtMs"] = nil
        return DeviceToken(role: role, fields: fields)
    }
}
