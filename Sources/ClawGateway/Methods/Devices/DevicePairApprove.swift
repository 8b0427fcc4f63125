package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `device.pair.approve`: lets a device in. Nobody can give what they do not have: the caller's own scopes must cover those of
/// the request, and another role than operator takes admin (attacks S12).
package struct DevicePairApprove: GatewayMethod {
    package static let name = "device.pair.approve"
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
        guard let request = try await devices.pending(id) else {
            throw WireError(.invalidRequest, "unknown requestId")
        }
        let isPlainOperator = request.roles.allSatisfy { $0 == Role.operator.rawValue }
        try PairingGrant.check(
            request.scopes, isPlainOperator: isPlainOperator, by: context.connection)
        guard let (device, _) = try await devices.approve(id) else {
            throw WireError(.invalidRequest, "unknown requestId")
        }
        hub.broadcast(.devicePairResolved, PairingEvent.resolved(request, "approved", at: time.nowMilliseconds))
        return ["requestId": .string(id), "device": device.shown]
    }
}

/// What a caller may hand to a device.
enum PairingGrant {
    static func check(
        _ scopes: [String], isPlainOperator: Bool, by connection: ClientConnection
    ) throws(WireError) {
        if connection.has(.admin) { return }
        if !isPlainOperator { throw WireError(.invalidRequest, "missing scope: \(Scope.admin)") }
        for scope in scopes.map(Scope.init) where !Scope.covers(connection.scopes, [scope], role: .operator) {
            throw WireError(.invalidRequest, "missing scope: \(scope)")
        }
    }
}
