package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.pair.remove`: forgets a paired device and its tokens. Its open connections go on until they end.
package struct DevicePairRemove: GatewayMethod {
    package static let name = "device.pair.remove"
    package static let access = MethodAccess.pairing

    private let devices: DeviceStore

    package init(devices: DeviceStore) { self.devices = devices }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let id = reader.requiredString("deviceId")
        try reader.finish(Self.name)
        guard try await devices.remove(id) else { throw WireError(.invalidRequest, "unknown deviceId") }
        return ["deviceId": .string(id)]
    }
}
