package import ClawStore
package import ClawSupport

extension DeviceRecord {
    /// What clients with the pairing scope see: neither tokens nor `approvedScopes`.
    package var shown: JSONValue {
        var shown = fields
        shown["approvedScopes"] = nil
        shown["tokens"] = nil
        let tokens = tokens.sorted { $0.role < $1.role }.map(\.shown)
        if !tokens.isEmpty { shown["tokens"] = .array(tokens) }
        return .object(shown)
    }
}

extension DeviceToken {
    /// The token without its text.
    fileprivate var shown: JSONValue {
        var shown: JSONObject = ["role": .string(role), "scopes": .strings(scopes)]
        for key in ["createdAtMs", "rotatedAtMs", "revokedAtMs", "lastUsedAtMs"] { shown.set(key, fields[key]) }
        return .object(shown)
    }

    /// When the text of the token was made, in milliseconds since 1970.
    package var issuedAt: Int64 { rotatedAt ?? createdAt }
}
