package import ClawCore
package import ClawSupport

/// What session methods say about models: the default one, and which one a session would use.
package struct ModelFacts: Sendable {
    private let defaultModel: @Sendable () -> ModelDescription

    package init(defaultModel: @escaping @Sendable () -> ModelDescription) { self.defaultModel = defaultModel }

    /// `defaults` of `sessions.list`.
    package var defaultsJSON: JSONValue {
        let model = defaultModel()
        return [
            "modelProvider": .string(model.reference.provider), "model": .string(model.reference.model),
            "contextTokens": .int(model.contextWindow),
        ]
    }

    /// `resolved` of `sessions.patch`: the session's override, else what it used last, else the default.
    package func resolved(_ entry: JSONObject) -> JSONValue {
        let model = reference(for: entry)
        return ["modelProvider": .string(model.provider), "model": .string(model.model)]
    }

    /// The model that a session with this entry would use.
    func reference(for entry: JSONObject) -> ModelReference {
        let model = defaultModel().reference
        return ModelReference(
            provider: entry["providerOverride"]?.stringValue ?? entry["modelProvider"]?.stringValue ?? model.provider,
            model: entry["modelOverride"]?.stringValue ?? entry["model"]?.stringValue ?? model.model)
    }
}
