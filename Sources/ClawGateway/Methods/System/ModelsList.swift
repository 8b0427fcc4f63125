package import ClawCore
package import ClawProtocol
package import ClawSupport

/// `models.list`: the models that may be chosen (gateway-methods §9).
package struct ModelsList: GatewayMethod {
    package static let name = "models.list"
    package static let access = MethodAccess.read

    private let models: @Sendable () -> [ModelDescription]

    package init(models: @escaping @Sendable () -> [ModelDescription]) { self.models = models }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        try ParamReader(params).finish(Self.name)
        return ["models": .array(models().map(Self.json))]
    }

    private static func json(_ model: ModelDescription) -> JSONValue {
        var object: JSONObject = [
            "id": .string(model.reference.model), "name": .string(model.name),
            "provider": .string(model.reference.provider),
        ]
        if model.contextWindow > 0 { object["contextWindow"] = .int(model.contextWindow) }
        object["reasoning"] = .bool(model.reasoning)
        object["input"] = model.acceptsImages ? ["text", "image"] : ["text"]
        return .object(object)
    }
}
