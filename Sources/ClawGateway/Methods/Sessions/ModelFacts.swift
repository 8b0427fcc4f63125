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
        let model = defaultModel().reference
        let provider = entry["providerOverride"]?.stringValue ?? entry["modelProvider"]?.stringValue ?? model.provider
        let name = entry["modelOverride"]?.stringValue ?? entry["model"]?.stringValue ?? model.model
        return ["modelProvider": .string(provider), "model": .string(name)]
    }
}
