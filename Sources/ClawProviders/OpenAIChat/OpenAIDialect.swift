import ClawCore

/// What one server of the family understands: its settings with every gap filled.
struct OpenAIDialect: Sendable, Hashable {
    typealias ThinkingFormat = OpenAICompatibility.ThinkingFormat

    let sendsStore: Bool
    let hasDeveloperRole: Bool
    let hasReasoningEffort: Bool
    let reportsUsage: Bool
    let sendsStrict: Bool
    let maxTokensField: String
    let thinkingFormat: ThinkingFormat
    let namesToolResults: Bool
    let needsAssistantAfterToolResult: Bool
    let writesThinkingAsText: Bool
    let wantsMistralIDs: Bool
    let returnsReasoning: Bool

    init(_ settings: OpenAICompatibility, url: String) {
        let isOpenAI = PooledHTTPTransport.serverName(of: url).lowercased() == "api.openai.com"
        sendsStore = settings.supportsStore ?? false
        hasDeveloperRole = isOpenAI && settings.supportsDeveloperRole ?? true
        hasReasoningEffort = settings.supportsReasoningEffort ?? isOpenAI
        reportsUsage = settings.supportsUsageInStreaming ?? true
        sendsStrict = settings.supportsStrictMode ?? false
        maxTokensField = settings.maxTokensField ?? (isOpenAI ? "max_completion_tokens" : "max_tokens")
        thinkingFormat = settings.thinkingFormat ?? .openai
        namesToolResults = settings.requiresToolResultName ?? false
        needsAssistantAfterToolResult = settings.requiresAssistantAfterToolResult ?? false
        writesThinkingAsText = settings.requiresThinkingAsText ?? false
        wantsMistralIDs = settings.requiresMistralToolIDs ?? false
        returnsReasoning = settings.returnsReasoning ?? false
    }

    /// The id as this server accepts it.
    func toolCallID(_ id: String) -> String {
        wantsMistralIDs ? ToolCallIdentifier.mistral(id) : ToolCallIdentifier.fitted(id, limit: 40)
    }
}
