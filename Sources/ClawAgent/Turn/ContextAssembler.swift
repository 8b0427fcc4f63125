package import ClawCore

/// Makes model requests of a conversation. Pure: the same facts and messages give the same request.
package struct ContextAssembler: Sendable {
    package let system: String
    package let tools: [ToolDefinition]
    private let toolChoice: ToolChoice
    package let model: ModelDescription
    package let thinking: ThinkingLevel
    /// What the messages of a request may cost, in tokens.
    package let messageBudget: Int
    private let directHistoryLimit: Int?

    /// The prompt is fitted to the model's window: small windows get a shorter profile and less of the workspace files.
    package init(
        facts: PromptFacts, settings: AgentSettings, model: ModelDescription, thinking: ThinkingLevel, isDirect: Bool,
        toolChoice: ToolChoice = .auto
    ) {
        var facts = facts
        let window = model.contextWindow
        facts.profile = PromptFacts.Profile(contextWindow: window)
        let total = min(settings.bootstrapTotalLimit, window * 4 * 3 / 10)
        system =
            SystemPrompt(facts, fileLimit: min(settings.bootstrapFileLimit, total), totalLimit: total).text
        tools = facts.tools
        self.toolChoice = toolChoice
        self.model = model
        self.thinking = thinking
        directHistoryLimit = isDirect ? settings.directHistoryLimit : nil
        let answer = min(model.maxOutputTokens, max(256, window / 4))
        let fixed = TokenEstimate.tokens(in: system) + tools.reduce(0) { $0 + TokenEstimate.tokens(in: $1) }
        // Estimates are estimates; a tenth is kept back.
        messageBudget = max(256, (window - answer) * 9 / 10 - fixed)
    }

    /// The request for `messages`, which always fits. `trim` counts how often the vendor has said that it did not: each
    /// time less history goes along.
    package func request(_ messages: [ModelMessage], trim: Int = 0) -> ModelRequest {
        var budget = messageBudget
        for _ in 0..<trim { budget = budget * 6 / 10 }
        let recent = HistoryRepair.lastTurns(directHistoryLimit, of: messages)
        let repaired = HistoryRepair.repair(recent, for: model)
        let fitted = HistoryBudget(limit: budget).fit(repaired)
        return ModelRequest(
            model: model, system: system, messages: fitted, tools: tools, toolChoice: toolChoice, thinking: thinking)
    }
}
