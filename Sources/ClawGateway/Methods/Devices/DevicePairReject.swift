package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.pair.reject`: turns a pairing request down.
package struct DevicePairReject: GatewayMethod {
    package static let name = "device.pair.reject"
    package static let access = MethodAccess.pairing

    private let devices: DeviceStore
    private let hub: EventHub
    private let time: any TimeSource

    package init(devices: DeviceStore, hub: EventHub, time: any TimeSource) {
        self.devices = devices
        self.hub = hub
        self.time = time
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let id = reader.requiredString("requestId")
        try reader.finish(Self.name)
        guard let request = try await devices.reject(id) else {
            throw WireError(.invalidRequest, "unknown requestId")
        }
        hub.broadcast(.devicePairResolved, PairingEvent.resolved(request, "rejected", at: time.nowMilliseconds))
        return ["requestId": .string(id), "deviceId": .string(request.deviceID)]
    }
}
