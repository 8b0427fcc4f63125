import ClawConfig
import ClawCore
import ClawProviders
import ClawSupport

extension ProviderSettings {
    /// What `models.providers.<id>` says.
    init(_ provider: ModelsConfiguration.Provider) {
        self.init(
            id: provider.id.lowercased(), baseURL: provider.baseURL, apiKey: provider.apiKey?.value,
            keySource: provider.apiKey?.variable ?? "models.providers.\(provider.id).apiKey", api: provider.api,
            models: provider.models.map { ModelDescription($0, provider: provider.id.lowercased()) })
        headers = provider.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        authHeader = provider.authHeader ?? false
        compatibility = OpenAICompatibility(provider.models.first?.compat ?? [:])
    }
}

extension ModelDescription {
    init(_ model: ModelsConfiguration.Model, provider: String) {
        self.init(
            reference: ModelReference(provider: provider, model: model.id), name: model.name,
            contextWindow: model.contextWindow, maxOutputTokens: model.maxTokens, reasoning: model.reasoning,
            acceptsImages: model.input.contains("image"),
            price: model.cost.map(ModelPrice.init) ?? ModelPrice())
    }
}

extension OpenAICompatibility {
    init(_ compat: JSONObject) {
        self.init()
        func flag(_ name: String) -> Bool? { compat[name]?.boolValue }
        supportsStore = flag("supportsStore")
        supportsDeveloperRole = flag("supportsDeveloperRole")
        supportsReasoningEffort = flag("supportsReasoningEffort")
        supportsUsageInStreaming = flag("supportsUsageInStreaming")
        supportsStrictMode = flag("supportsStrictMode")
        maxTokensField = compat["maxTokensField"]?.stringValue
        thinkingFormat = compat["thinkingFormat"]?.stringValue.flatMap(ThinkingFormat.init(rawValue:))
        requiresToolResultName = flag("requiresToolResultName")
        requiresAssistantAfterToolResult = flag("requiresAssistantAfterToolResult")
        requiresThinkingAsText = flag("requiresThinkingAsText")
        requiresMistralToolIDs = flag("requiresMistralToolIds")
    }
}

extension ModelPrice {
    init(_ cost: ModelsConfiguration.Cost) {
        self.init(input: cost.input, output: cost.output, cacheRead: cost.cacheRead, cacheWrite: cost.cacheWrite)
    }
}
