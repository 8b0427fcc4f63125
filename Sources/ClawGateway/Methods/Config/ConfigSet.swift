package import ClawProtocol
package import ClawSupport

/// `config.set`: makes the configuration what the caller sends (gateway-methods §6). What can take effect does so at once.
package struct ConfigSet: GatewayMethod {
    package static let name = "config.set"
    package static let access = MethodAccess.admin

    private let control: ConfigControl

    package init(control: ConfigControl) {
        self.control = control
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let request = try ConfigControl.Request(params, method: Self.name, restarts: false)
        return .object(try await control.change(request, .replace))
    }
}
