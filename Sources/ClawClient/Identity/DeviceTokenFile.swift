package import ClawSupport

/// `identity/device-auth.json` of a state directory: the tokens that Gateways gave this device, one per role.
package struct DeviceTokenFile: Sendable {
    /// A token and what it allows.
    package struct Token: Sendable {
        package let value: Redacted
        package let scopes: [String]

        package init(value: Redacted, scopes: [String]) {
            self.value = value
            self.scopes = scopes
        }
    }

    package let path: String
    private let time: any TimeSource

    package init(stateDirectory: String, time: any TimeSource) {
        path = "\(stateDirectory)/identity/device-auth.json"
        self.time = time
    }

    /// The token of `role`, if the file holds one for this device. A file that cannot be read holds none.
    package func token(role: String, deviceID: String) -> Token? {
        guard let object = read(), object["deviceId"]?.stringValue == deviceID,
            let entry = object["tokens"]?[role], let value = entry["token"]?.stringValue, !value.isEmpty
        else { return nil }
        return Token(value: Redacted(value), scopes: entry["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    }

    /// Keeps `token`; writes only when it differs from what the file holds. Tokens of another device are dropped, unknown
    /// members are kept.
    package func store(_ token: Token, role: String, deviceID: String) throws(FileError) {
        var object = read() ?? [:]
        let isSameDevice = object["deviceId"]?.stringValue == deviceID
        var tokens = isSameDevice ? object["tokens"]?.objectValue ?? [:] : [:]
        var entry = tokens[role]?.objectValue ?? [:]
        if entry["token"]?.stringValue.map(token.value.matches) == true, entry["scopes"] == .strings(token.scopes) {
            return
        }
        entry["token"] = .string(token.value.reveal())
        entry["role"] = .string(role)
        entry["scopes"] = .strings(token.scopes)
        entry["updatedAtMs"] = .int64(time.nowMilliseconds)
        tokens[role] = .object(entry)
        object["version"] = object["version"] ?? 1
        object["deviceId"] = .string(deviceID)
        object["tokens"] = .object(tokens)
        try write(object)
    }

    /// Forgets the token of `role`, for example after the Gateway called it wrong.
    package func remove(role: String, deviceID: String) throws(FileError) {
        guard var object = read(), object["deviceId"]?.stringValue == deviceID,
            var tokens = object["tokens"]?.objectValue, tokens.removeValue(forKey: role) != nil
        else { return }
        object["tokens"] = .object(tokens)
        try write(object)
    }

    private func read() -> JSONObject? {
        // A cache: whatever is wrong with it, the next answer of the Gateway fills it again.
        guard let bytes = try? AtomicFile.read(path, limit: 1 << 20) else { return nil }
        // See above.
        return (try? JSONParser.parse(bytes, mode: .lenient))?.objectValue
    }

    private func write(_ object: JSONObject) throws(FileError) {
        try AtomicFile.makeDirectory(String(path.dropLast("/device-auth.json".count)))
        try AtomicFile.write(Array((JSONValue.object(object).prettyText + "\n").utf8), to: path)
    }
}
