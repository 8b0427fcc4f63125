package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.token.rotate`: replaces the token of a device for one role, within what the device was approved for and what the
/// caller has itself.
package struct DeviceTokenRotate: GatewayMethod {
    package static let name = "device.token.rotate"
    package static let access = MethodAccess.pairing

    private let devices: DeviceStore

    package init(devices: DeviceStore) { self.devices = devices }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let id = reader.requiredString("deviceId")
        let role = reader.requiredString("role")
        let scopes = reader.strings("scopes")
        try reader.finish(Self.name)
        guard let old = try await devices.device(id)?.token(role: role) else {
            throw WireError(.invalidRequest, "unknown deviceId/role")
        }
        try PairingGrant.check(
            scopes ?? old.scopes, isPlainOperator: role == Role.operator.rawValue, by: context.connection)
        guard let token = try await devices.rotateToken(id, role: role, scopes: scopes) else {
            throw WireError(.invalidRequest, "unknown deviceId/role")
        }
        return [
            "deviceId": .string(id), "role": .string(role), "token": .string(token.token.reveal()),
            "scopes": .strings(token.scopes), "rotatedAtMs": .int64(token.issuedAt),
        ]
    }
}
