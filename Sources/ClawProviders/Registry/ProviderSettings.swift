package import ClawCore
package import ClawSupport

/// Everything a provider is made of, as plain values: configuration and environment have been read by someone else.
package struct ProviderSettings: Sendable {
    /// The name before the `/` of model references.
    package var id: String
    /// Without a slash at the end; nil takes the address of the known vendor with this id.
    package var baseURL: String?
    package var apiKey: Redacted?
    /// Where the key comes from, for messages: `ANTHROPIC_API_KEY` or `models.providers.anthropic.apiKey`.
    package var keySource: String
    /// `anthropic-messages`, `openai-completions`, `openai-responses` or `ollama` (both spoken as completions); nil
    /// takes that of the known vendor, else `openai-completions`. Others cannot be resolved.
    package var api: String?
    /// Sent with every call, after the headers of the wire family.
    package var headers: [(name: String, value: String)]
    /// Sends the key as `Authorization: Bearer` also where the wire family has a header of its own.
    package var authHeader: Bool
    package var models: [ModelDescription]
    package var compatibility: OpenAICompatibility
    package var connectTimeout: Duration
    /// How long a stream may be silent. Long, since a local server may load a model first.
    package var idleTimeout: Duration

    package init(
        id: String, baseURL: String? = nil, apiKey: Redacted? = nil, keySource: String = "", api: String? = nil,
        models: [ModelDescription] = []
    ) {
        self.id = id
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.keySource = keySource
        self.api = api
        self.models = models
        headers = []
        authHeader = false
        compatibility = OpenAICompatibility()
        connectTimeout = .seconds(15)
        idleTimeout = .seconds(300)
    }
}

/// In what a server that speaks `openai-completions` differs from api.openai.com. Nil means: as is usual for its host.
package struct OpenAICompatibility: Sendable, Hashable {
    /// Forms in which thinking is asked for.
    package enum ThinkingFormat: String, Sendable, Hashable {
        /// `reasoning_effort`.
        case openai
        /// `thinking: {type: enabled | disabled}`.
        case zai
        /// `enable_thinking`.
        case qwen
    }

    /// Whether `store: false` is sent.
    package var supportsStore: Bool?
    /// Whether the system prompt of reasoning models has the role `developer`. Never, on other hosts than
    /// api.openai.com.
    package var supportsDeveloperRole: Bool?
    package var supportsReasoningEffort: Bool?
    package var supportsUsageInStreaming: Bool?
    /// Whether tools carry `strict: false`.
    package var supportsStrictMode: Bool?
    /// `max_tokens` or `max_completion_tokens`.
    package var maxTokensField: String?
    package var thinkingFormat: ThinkingFormat?
    package var requiresToolResultName: Bool?
    package var requiresAssistantAfterToolResult: Bool?
    package var requiresThinkingAsText: Bool?
    package var requiresMistralToolIDs: Bool?
    /// Whether an assistant message with tool calls carries the `reasoning_content` that the model gave with it.
    package var returnsReasoning: Bool?

    package init() {}

    /// These settings, with those of `other` where this has none.
    func filled(from other: OpenAICompatibility) -> OpenAICompatibility {
        var result = self
        result.supportsStore = supportsStore ?? other.supportsStore
        result.supportsDeveloperRole = supportsDeveloperRole ?? other.supportsDeveloperRole
        result.supportsReasoningEffort = supportsReasoningEffort ?? other.supportsReasoningEffort
        result.supportsUsageInStreaming = supportsUsageInStreaming ?? other.supportsUsageInStreaming
        result.supportsStrictMode = supportsStrictMode ?? other.supportsStrictMode
        result.maxTokensField = maxTokensField ?? other.maxTokensField
        result.thinkingFormat = thinkingFormat ?? other.thinkingFormat
        result.requiresToolResultName = requiresToolResultName ?? other.requiresToolResultName
        result.requiresAssistantAfterToolResult =
            requiresAssistantAfterToolResult ?? other.requiresAssistantAfterToolResult
        result.requiresThinkingAsText = requiresThinkingAsText ?? other.requiresThinkingAsText
        result.requiresMistralToolIDs = requiresMistralToolIDs ?? other.requiresMistralToolIDs
        result.returnsReasoning = returnsReasoning ?? other.returnsReasoning
        return result
    }
}
