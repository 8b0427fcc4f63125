package import ClawSupport

/// The payload of a successful `connect` (gateway-protocol §3.3).
package struct HelloOk: Sendable, Hashable {
    /// The device token of this device and role.
    package struct Auth: Sendable, Hashable {
        package var deviceToken: String
        package var role: String
        package var scopes: [String]
        /// Milliseconds since 1970.
        package var issuedAt: Int64

        package init(deviceToken: String, role: String, scopes: [String], issuedAt: Int64) {
            self.deviceToken = deviceToken
            self.role = role
            self.scopes = scopes
            self.issuedAt = issuedAt
        }
    }

    package var protocolVersion: Int
    package var serverVersion: String
    package var connectionID: String
    package var methods: [String]
    package var events: [String]
    /// Presence, health, state versions and paths (gateway-protocol §3.4).
    package var snapshot: JSONObject
    package var canvasHostURL: String?
    package var auth: Auth?
    package var maxPayload = WireLimit.maxPayload
    package var maxBufferedBytes = WireLimit.maxBufferedBytes
    /// Milliseconds.
    package var tickInterval = WireLimit.tickInterval

    package init(serverVersion: String, connectionID: String, methods: [String], snapshot: JSONObject) {
        protocolVersion = WireLimit.protocolVersion
        self.serverVersion = serverVersion
        self.connectionID = connectionID
        self.methods = methods
        events = EventName.advertised.map(\.rawValue)
        self.snapshot = snapshot
    }

    package var json: JSONValue {
        var object: JSONObject = ["type": "hello-ok", "protocol": .int(protocolVersion)]
        object["server"] = ["version": .string(serverVersion), "connId": .string(connectionID)]
        object["features"] = ["methods": .strings(methods), "events": .strings(events)]
        object["snapshot"] = .object(snapshot)
        object.set("canvasHostUrl", canvasHostURL)
        object.set("auth", auth?.json)
        object["policy"] = [
            "maxPayload": .int(maxPayload), "maxBufferedBytes": .int(maxBufferedBytes),
            "tickIntervalMs": .int(tickInterval),
        ]
        return .object(object)
    }

    /// Reads the payload as a client does: unknown keys are ignored; nil when a mandatory part is missing.
    package init?(json: JSONValue) {
        guard json["type"]?.stringValue == "hello-ok", let version = json["protocol"]?.intValue,
            let server = json["server"], let features = json["features"], let policy = json["policy"],
            let snapshot = json["snapshot"]?.objectValue
        else { return nil }
        protocolVersion = version
        serverVersion = server["version"]?.stringValue ?? ""
        connectionID = server["connId"]?.stringValue ?? ""
        methods = features["methods"]?.arrayValue?.compactMap(\.stringValue) ?? []
        events = features["events"]?.arrayValue?.compactMap(\.stringValue) ?? []
        self.snapshot = snapshot
        canvasHostURL = json["canvasHostUrl"]?.stringValue
        auth = json["auth"].flatMap(Auth.init(json:))
        maxPayload = policy["maxPayload"]?.intValue ?? WireLimit.maxPayload
        maxBufferedBytes = policy["maxBufferedBytes"]?.intValue ?? WireLimit.maxBufferedBytes
        tickInterval = policy["tickIntervalMs"]?.intValue ?? WireLimit.tickInterval
    }
}

extension HelloOk.Auth {
    package var json: JSONValue {
        [
            "deviceToken": .string(deviceToken), "role": .string(role), "scopes": .strings(scopes),
            "issuedAtMs": .int64(issuedAt),
        ]
    }

    package init?(json: JSONValue) {
        guard let token = json["deviceToken"]?.stringValue, let role = json["role"]?.stringValue else { return nil }
        self.init(
            deviceToken: token, role: role, scopes: json["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            issuedAt: Int64(json["issuedAtMs"]?.quantityValue ?? 0))
    }
}
