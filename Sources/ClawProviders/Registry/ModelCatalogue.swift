import ClawCore

/// The models that most users choose, with what their vendors publish about them. Others work too, by their name.
enum ModelCatalogue {
    static let all: [ModelDescription] = anthropic + openAI + others

    /// What is assumed of a model that neither the catalogue nor the configuration describes.
    static func unknown(_ reference: ModelReference) -> ModelDescription {
        ModelDescription(reference: reference, name: reference.model, contextWindow: 200_000, maxOutputTokens: 8192)
    }

    private static let anthropic: [ModelDescription] = [
        entry("anthropic/claude-opus-4-6", "Claude Opus 4.6", 200_000, 128_000, .all, (5, 25, 0.5, 6.25)),
        entry("anthropic/claude-sonnet-4-6", "Claude Sonnet 4.6", 200_000, 64_000, .all, (3, 15, 0.3, 3.75)),
        entry("anthropic/claude-opus-4-5", "Claude Opus 4.5", 200_000, 64_000, .all, (5, 25, 0.5, 6.25)),
        entry("anthropic/claude-sonnet-4-5", "Claude Sonnet 4.5", 200_000, 64_000, .all, (3, 15, 0.3, 3.75)),
        entry("anthropic/claude-haiku-4-5", "Claude Haiku 4.5", 200_000, 64_000, .all, (1, 5, 0.1, 1.25)),
    ]

    private static let openAI: [ModelDescription] = [
        entry("openai/gpt-5.2", "GPT-5.2", 400_000, 128_000, .all, (1.75, 14, 0.175, 0)),
        entry("openai/gpt-5.1", "GPT-5.1", 400_000, 128_000, .all, (1.25, 10, 0.125, 0)),
        entry("openai/gpt-5-mini", "GPT-5 mini", 400_000, 128_000, .all, (0.25, 2, 0.025, 0)),
        entry("openai/gpt-4.1", "GPT-4.1", 1_047_576, 32_768, .images, (2, 8, 0.5, 0)),
        entry("openai/gpt-4o", "GPT-4o", 128_000, 16_384, .images, (2.5, 10, 1.25, 0)),
    ]

    private static let others: [ModelDescription] = [
        entry("google/gemini-2.5-pro", "Gemini 2.5 Pro", 1_048_576, 65_536, .all, (1.25, 10, 0.125, 0)),
        entry("google/gemini-2.5-flash", "Gemini 2.5 Flash", 1_048_576, 65_536, .all, (0.3, 2.5, 0.03, 0)),
        entry(
            "openrouter/anthropic/claude-opus-4.6", "Claude Opus 4.6", 200_000, 128_000, .all, (5, 25, 0.5, 6.25)),
        entry("mistral/mistral-large-latest", "Mistral Large", 262_144, 16_384, .images, (0.5, 1.5, 0, 0)),
        entry("deepseek/deepseek-chat", "DeepSeek Chat", 128_000, 8192, [], (0.28, 0.42, 0.028, 0)),
        entry("deepseek/deepseek-reasoner", "DeepSeek Reasoner", 128_000, 65_536, .reasoning, (0.28, 0.42, 0.028, 0)),
        entry("xai/grok-4", "Grok 4", 256_000, 64_000, .all, (3, 15, 0.75, 0)),
        entry("zai/glm-4.7", "GLM-4.7", 204_800, 131_072, .reasoning, (0.6, 2.2, 0.11, 0)),
        entry("moonshot/kimi-k2.5", "Kimi K2.5", 262_144, 65_536, .all, (0.6, 3, 0.1, 0)),
        entry("minimax/MiniMax-M2.5", "MiniMax M2.5", 200_000, 65_536, .reasoning, (0.3, 1.2, 0.03, 0.375)),
        entry("groq/openai/gpt-oss-120b", "GPT-OSS 120B", 131_072, 32_768, .reasoning, (0.15, 0.6, 0, 0)),
        entry("cerebras/gpt-oss-120b", "GPT-OSS 120B", 131_072, 32_768, .reasoning, (0.35, 0.75, 0, 0)),
    ]

    private struct Abilities: OptionSet {
        let rawValue: Int

        static let reasoning = Abilities(rawValue: 1)
        static let images = Abilities(rawValue: 2)
        static let all: Abilities = [.reasoning, .images]
    }

    private typealias Price = (input: Double, output: Double, cacheRead: Double, cacheWrite: Double)

    /// One row: window and longest answer in tokens, price in US dollars for a million tokens.
    private static func entry(
        _ reference: StaticString, _ name: String, _ window: Int, _ answer: Int, _ abilities: Abilities, _ price: Price
    ) -> ModelDescription {
        let parts = "\(reference)".split(separator: "/", maxSplits: 1)
        return ModelDescription(
            reference: ModelReference(provider: String(parts[0]), model: String(parts[1])), name: name,
            contextWindow: window, maxOutputTokens: answer, reasoning: abilities.contains(.reasoning),
            acceptsImages: abilities.contains(.images),
            price: ModelPrice(
                input: price.input, output: price.output, cacheRead: price.cacheRead, cacheWrite: price.cacheWrite))
    }
}
