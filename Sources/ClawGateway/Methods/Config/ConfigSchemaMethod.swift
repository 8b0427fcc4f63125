import ClawConfig
package import ClawProtocol
package import ClawSupport

/// `config.schema`: what the configuration may hold, for forms (gateway-methods §6).
package struct ConfigSchemaMethod: GatewayMethod {
    package static let name = "config.schema"
    package static let access = MethodAccess.admin

    private let version: String
    private let time: any TimeSource

    package init(version: String, time: any TimeSource) {
        self.version = version
        self.time = time
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        return [
            "schema": ConfigJSONSchema.schema, "uiHints": ConfigJSONSchema.hints, "version": .string(version),
            "generatedAt": .string(ISOTimestamp.format(milliseconds: time.nowMilliseconds)),
        ]
    }
}
