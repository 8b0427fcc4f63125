package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.token.revoke`: makes the token of a device for one role useless from the next connect on.
package struct DeviceTokenRevoke: GatewayMethod {
    package static let name = "device.token.revoke"
    package static let access = MethodAccess.pairing

    private let devices: DeviceStore

    package init(devices: DeviceStore) { self.devices = devices }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let id = reader.requiredString("deviceId")
        let role = reader.requiredString("role")
        try reader.finish(Self.name)
        guard let token = try await devices.revokeToken(id, role: role) else {
            throw WireError(.invalidRequest, "unknown deviceId/role")
        }
        return [
            "deviceId": .string(id), "role": .string(role), "revokedAtMs": .int64(token.revokedAt ?? 0),
        ]
    }
}
