package import ClawCore

/// The models that can be used now, found by reference.
package struct ModelCatalog: Sendable {
    private let providers: [String: any ModelProvider]

    /// Of two providers with the same id the later one counts.
    package init(_ providers: [any ModelProvider]) {
        self.providers = Dictionary(providers.map { ($0.id.lowercased(), $0) }) { $1 }
    }

    /// The same models, called through what `wrap` makes of their providers.
    package func through(_ wrap: (any ModelProvider) -> any ModelProvider) -> ModelCatalog {
        ModelCatalog(providers.values.map(wrap))
    }

    /// All described models, sorted by reference.
    package var models: [ModelDescription] {
        providers.values.flatMap(\.models).sorted { $0.reference.description < $1.reference.description }
    }

    /// The provider of a model with the model's description. A model that its provider does not list is tried all the
    /// same, with a common window: vendors add models faster than lists follow. Throws `modelNotFound` for an unknown
    /// provider.
    package func resolve(
        _ reference: ModelReference, contextTokens: Int? = nil
    ) throws(ProviderError) -> (provider: any ModelProvider, model: ModelDescription) {
        guard let provider = providers[reference.provider] else {
            let known = providers.keys.sorted().joined(separator: ", ")
            throw ProviderError(
                .modelNotFound,
                "No model provider \"\(reference.provider)\" is set up (known: \(known.isEmpty ? "none" : known)).")
        }
        var model =
            provider.models.first { $0.reference == reference }
            ?? ModelDescription(
                reference: reference, name: reference.model, contextWindow: contextTokens ?? 200_000,
                maxOutputTokens: 8192, acceptsImages: true)
        if let contextTokens { model.contextWindow = min(model.contextWindow, contextTokens) }
        return (provider, model)
    }
}
