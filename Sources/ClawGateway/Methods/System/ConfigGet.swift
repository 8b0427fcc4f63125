package import ClawConfig
package import ClawProtocol
import ClawStore
package import ClawSupport

/// `config.get`: the configuration without its secrets (gateway-methods §6).
package struct ConfigGet: GatewayMethod {
    package static let name = "config.get"
    package static let access = MethodAccess.read

    private let snapshot: @Sendable () -> ConfigSnapshot

    /// - Parameter snapshot: the configuration as it was read last.
    package init(snapshot: @escaping @Sendable () -> ConfigSnapshot) { self.snapshot = snapshot }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        let snapshot = snapshot
        return .object(try await FileWork.shared.run { snapshot().redactedJSON })
    }
}
