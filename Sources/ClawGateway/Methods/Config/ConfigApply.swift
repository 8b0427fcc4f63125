package import ClawProtocol
package import ClawSupport

/// `config.apply`: makes the configuration what the caller sends, and restarts where that is needed (gateway-methods §6).
package struct ConfigApply: GatewayMethod {
    package static let name = "config.apply"
    package static let access = MethodAccess.admin

    private let control: ConfigControl
    private let limit: ControlLimit

    package init(control: ConfigControl, limit: ControlLimit) {
        self.control = control
        self.limit = limit
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try limit.admit(Self.name, context.connection)
        let request = try ConfigControl.Request(params, method: Self.name, restarts: true)
        return try await control.changeAndRestart(request, .replace, kind: .configApply)
    }
}
