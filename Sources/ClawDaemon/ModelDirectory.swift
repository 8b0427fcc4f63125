import ClawAgent
import ClawConfig
import ClawCore
import ClawProviders
import ClawSupport

/// The models of one configuration: made once for each, so that a turn only looks things up.
struct ModelDirectory: Sendable {
    let registry: ModelRegistry
    let catalog: ModelCatalog
    let defaultModel: ModelReference

    /// Why the stored keys cannot be used; nil when they can.
    let credentialProblem: ClawError?

    init(
        _ snapshot: ConfigSnapshot, location: ConfigLocation, retry: RetryPolicy = RetryPolicy(),
        transport: any HTTPTransport, time: any TimeSource,
        entropy: any Entropy
    ) {
        let configuration = snapshot.configuration
        let defaults = configuration.agents.defaults
        var aliases: [String: String] = [:]
        for model in defaults.models {
            if let alias = model.alias { aliases[alias.lowercased()] = model.reference }
        }
        let stored = StoredCredentials.load(snapshot, in: location, now: time.nowMilliseconds)
        credentialProblem = stored.problem
        registry = ModelRegistry(
            ModelRegistrySettings(
                providers: configuration.models.providers.map(ProviderSettings.init), environment: snapshot.environment,
                credentials: stored.credentials, aliases: aliases,
                primary: configuration.agents.model(of: configuration.agents.defaultID)?.primary,
                mergesCatalogue: configuration.models.mode == .merge, retry: retry),
            transport: transport, time: time, entropy: entropy)
        catalog = ModelCatalog(registry.providers)
        defaultModel = registry.defaultModel
    }

    /// What an agent is configured to use, and what it falls back to. A name that cannot be read stays as it is written, so
    /// that the turn that needs it says what is wrong.
    func models(of agent: AgentID, _ configuration: Configuration) -> (
        model: ModelReference, fallbacks: [ModelReference]
    ) {
        let choice = configuration.agents.model(of: agent)
        return (choice?.primary.map(reference) ?? defaultModel, (choice?.fallbacks ?? []).map(reference))
    }

    /// The reference for an alias, a reference or the bare name of a model.
    private func reference(_ text: String) -> ModelReference {
        do {
            return try registry.resolve(text).model.reference
        } catch {
            return ModelReference(text) ?? ModelReference(provider: "anthropic", model: text)
        }
    }

    /// What a model costs: as the configuration says, also when that is nothing, else as the catalogue knows; nil when
    /// neither does.
    func price(of reference: ModelReference, _ configuration: Configuration) -> ModelPrice? {
        let configured = configuration.models.providers.first { $0.id == reference.provider }?.models
            .first { $0.id == reference.model }
        if let cost = configured?.cost { return ModelPrice(cost) }
        let known = registry.models.first { $0.reference == reference }?.price
        return known == ModelPrice() ? nil : known
    }

    func description(of reference: ModelReference) -> ModelDescription {
        do {
            return try catalog.resolve(reference).model
        } catch {
            return ModelDescription(
                reference: reference, name: reference.model, contextWindow: 200_000, maxOutputTokens: 8192)
        }
    }
}
