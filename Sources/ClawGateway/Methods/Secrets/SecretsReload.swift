import ClawCore
package import ClawProtocol
package import ClawSupport

/// `secrets.reload`: takes all secrets anew that the configuration refers to; when one cannot be taken, all of before stay
/// (gateway-methods §6).
package struct SecretsReload: GatewayMethod {
    package static let name = "secrets.reload"
    package static let access = MethodAccess.admin

    private let reload: @Sendable () async throws -> Int

    /// - Parameter reload: returns how many references were passed over; throws why nothing was changed.
    package init(reload: @escaping @Sendable () async throws -> Int) { self.reload = reload }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        do {
            return ["ok": true, "warningCount": .int(try await reload())]
        } catch let error as ClawError {
            throw WireError(.unavailable, error.message, retryable: true)
        }
    }
}
