package import ClawProtocol
package import ClawSupport

/// What a client claims about itself when it connects with a device.
package struct DeviceClaim: Sendable, Hashable {
    package var deviceID: String
    /// base64url of the raw key.
    package var publicKey: String
    package var role: Role
    package var scopes: [String]
    package var client: ConnectParams.Client
    package var remoteIP: String?

    package init(
        deviceID: String, publicKey: String, role: Role, scopes: [String], client: ConnectParams.Client,
        remoteIP: String? = nil
    ) {
        self.deviceID = deviceID
        self.publicKey = publicKey
        self.role = role
        self.scopes = scopes
        self.client = client
        self.remoteIP = remoteIP
    }

    /// The pairing request as the device store takes it.
    package func request(isSilent: Bool) -> JSONObject {
        var fields: JSONObject = ["deviceId": .string(deviceID), "publicKey": .string(publicKey)]
        fields.set("displayName", client.displayName)
        fields["platform"] = .string(client.platform)
        fields.set("deviceFamily", client.deviceFamily)
        fields["clientId"] = .string(client.id)
        fields["clientMode"] = .string(client.mode)
        fields["role"] = .string(role.rawValue)
        fields["roles"] = [.string(role.rawValue)]
        if !scopes.isEmpty { fields["scopes"] = .strings(scopes) }
        fields.set("remoteIp", remoteIP)
        fields["silent"] = .bool(isSilent)
        return fields
    }

    /// What a connect of a paired device renews in its record: never platform, device family or what was approved.
    package var renewal: JSONObject {
        var fields: JSONObject = ["clientId": .string(client.id), "clientMode": .string(client.mode)]
        fields.set("displayName", client.displayName)
        fields["role"] = .string(role.rawValue)
        if !scopes.isEmpty { fields["scopes"] = .strings(scopes) }
        fields.set("remoteIp", remoteIP)
        return fields
    }
}
