package import ClawCore
package import ClawSupport

/// The params of `connect` (gateway-protocol §3.1).
package struct ConnectParams: Sendable, Hashable {
    package struct Client: Sendable, Hashable {
        package var id: String
        package var displayName: String?
        package var version: String
        package var platform: String
        package var deviceFamily: String?
        package var modelIdentifier: String?
        package var mode: String
        package var instanceID: String?

        package init(id: String, version: String, platform: String, mode: String) {
            self.id = id
            self.version = version
            self.platform = platform
            self.mode = mode
        }

        package static let ids = [
            "webchat-ui", "openclaw-control-ui", "webchat", "cli", "gateway-client", "openclaw-macos", "openclaw-ios",
            "openclaw-android", "node-host", "test", "fingerprint", "openclaw-probe",
        ]
        package static let modes = ["webchat", "cli", "ui", "backend", "node", "probe", "test"]

        package var isControlUI: Bool { id == "openclaw-control-ui" }
        package var isWebchat: Bool { mode == "webchat" || id == "webchat-ui" }
    }

    /// The proof that the client holds a device key.
    package struct Device: Sendable, Hashable {
        package var id: String
        package var publicKey: String
        package var signature: String
        /// Milliseconds since 1970.
        package var signedAt: Int64
        package var nonce: String

        package init(id: String, publicKey: String, signature: String, signedAt: Int64, nonce: String) {
            self.id = id
            self.publicKey = publicKey
            self.signature = signature
            self.signedAt = signedAt
            self.nonce = nonce
        }
    }

    package struct Auth: Sendable, Hashable {
        package var token: String?
        package var deviceToken: String?
        package var password: String?

        package init(token: String? = nil, deviceToken: String? = nil, password: String? = nil) {
            self.token = token
            self.deviceToken = deviceToken
            self.password = password
        }
    }

    package var minProtocol: Int
    package var maxProtocol: Int
    package var client: Client
    package var caps: [String]
    package var commands: [String]?
    package var permissions: [String: Bool]?
    package var pathEnv: String?
    /// As sent; nil means `operator`.
    package var role: String?
    /// In the order sent, which the device signature covers.
    package var scopes: [String]
    package var device: Device?
    package var auth: Auth
    package var locale: String?
    package var userAgent: String?

    package init(client: Client, scopes: [String] = [], caps: [String] = []) {
        minProtocol = WireLimit.protocolVersion
        maxProtocol = WireLimit.protocolVersion
        self.client = client
        self.scopes = scopes
        self.caps = caps
        auth = Auth()
    }
}

extension ConnectParams {
    /// Reads and checks params; throws `invalid connect params: …` with everything that is wrong.
    package init(json: JSONValue) throws(ClawError) {
        var reader = ParamReader(json)
        let minimum = reader.requiredInt("minProtocol", minimum: 1)
        let maximum = reader.requiredInt("maxProtocol", minimum: 1)
        let client = reader.requiredNested("client", Self.readClient)
        let caps = reader.strings("caps") ?? []
        commands = reader.strings("commands")
        permissions = reader.flags("permissions")
        pathEnv = reader.string("pathEnv")
        role = reader.string("role", minLength: 1)
        scopes = reader.strings("scopes") ?? []
        device = reader.nested("device", Self.readDevice)
        auth = reader.nested("auth", Self.readAuth) ?? Auth()
        locale = reader.string("locale")
        userAgent = reader.string("userAgent")
        self.client = client
        self.caps = caps
        minProtocol = minimum
        maxProtocol = maximum
        try reader.finish("connect")
    }

    private static func readClient(_ reader: inout ParamReader) -> Client {
        let id = reader.requiredChoice("id", of: Client.ids)
        let displayName = reader.string("displayName", minLength: 1)
        let version = reader.requiredString("version")
        let platform = reader.requiredString("platform")
        let deviceFamily = reader.string("deviceFamily", minLength: 1)
        let modelIdentifier = reader.string("modelIdentifier", minLength: 1)
        let mode = reader.requiredChoice("mode", of: Client.modes)
        var client = Client(id: id, version: version, platform: platform, mode: mode)
        client.displayName = displayName
        client.deviceFamily = deviceFamily
        client.modelIdentifier = modelIdentifier
        client.instanceID = reader.string("instanceId", minLength: 1)
        return client
    }

    private static func readDevice(_ reader: inout ParamReader) -> Device {
        Device(
            id: reader.requiredString("id"), publicKey: reader.requiredString("publicKey"),
            signature: reader.requiredString("signature"), signedAt: Int64(reader.requiredInt("signedAt", minimum: 0)),
            nonce: reader.requiredString("nonce"))
    }

    private static func readAuth(_ reader: inout ParamReader) -> Auth {
        Auth(
            token: reader.string("token"), deviceToken: reader.string("deviceToken"),
            password: reader.string("password"))
    }

    package var json: JSONValue {
        var object: JSONObject = ["minProtocol": .int(minProtocol), "maxProtocol": .int(maxProtocol)]
        object["client"] = client.json
        object["caps"] = .strings(caps)
        object.set("commands", commands.map { .strings($0) })
        object.set(
            "permissions",
            permissions.map { flags in
                .object(JSONObject(flags.sorted { $0.key < $1.key }.map { ($0.key, .bool($0.value)) }))
            })
        object.set("pathEnv", pathEnv)
        object.set("role", role)
        object["scopes"] = .strings(scopes)
        object.set("device", device?.json)
        if auth != Auth() { object["auth"] = auth.json }
        object.set("locale", locale)
        object.set("userAgent", userAgent)
        return .object(object)
    }
}

extension ConnectParams.Client {
    package var json: JSONValue {
        var object: JSONObject = ["id": .string(id)]
        object.set("displayName", displayName)
        object["version"] = .string(version)
        object["platform"] = .string(platform)
        object.set("deviceFamily", deviceFamily)
        object.set("modelIdentifier", modelIdentifier)
        object["mode"] = .string(mode)
        object.set("instanceId", instanceID)
        return .object(object)
    }
}

extension ConnectParams.Device {
    package var json: JSONValue {
        [
            "id": .string(id), "publicKey": .string(publicKey), "signature": .string(signature),
            "signedAt": .int64(signedAt), "nonce": .string(nonce),
        ]
    }
}

extension ConnectParams.Auth {
    package var json: JSONValue {
        var object = JSONObject()
        object.set("token", token)
        object.set("deviceToken", deviceToken)
        object.set("password", password)
        return .object(object)
    }
}
