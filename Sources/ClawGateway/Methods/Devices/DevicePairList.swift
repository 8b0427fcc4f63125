package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.pair.list`: who waits for approval and who is paired, newest first.
package struct DevicePairList: GatewayMethod {
    package static let name = "device.pair.list"
    package static let access = MethodAccess.pairing

    private let devices: DeviceStore

    package init(devices: DeviceStore) { self.devices = devices }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        let pending = try await devices.pending()
        let paired = try await devices.devices()
        return ["pending": .array(pending.map { .object($0.fields) }), "paired": .array(paired.map(\.shown))]
    }
}
