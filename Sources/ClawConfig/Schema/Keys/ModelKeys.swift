import ClawSupport

extension ConfigKeys {
    static let apis = [
        "openai-completions", "openai-responses", "openai-codex-responses", "anthropic-messages",
        "google-generative-ai", "github-copilot", "bedrock-converse-stream", "ollama",
    ]

    static let models: [ConfigKey] = [
        ConfigKey(
            "models.mode", .choice(["merge", "replace"]), "merge",
            "Whether these providers come besides the built-in ones or instead of them."),
        ConfigKey(
            "models.providers.*.baseUrl", .string, "The address of the service. Without it: that of a known vendor."),
        ConfigKey(
            "models.providers.*.apiKey", .secret,
            "The key. Without it: the vendor's environment variable, such as `ANTHROPIC_API_KEY`."),
        ConfigKey(
            "models.providers.*.auth", .choice(["api-key", "aws-sdk", "oauth", "token"]), "api-key",
            "The kind of key."),
        ConfigKey("models.providers.*.api", .choice(apis), "The protocol that the service speaks."),
        ConfigKey("models.providers.*.headers", .stringMap, [:], "Headers for each request."),
        ConfigKey(
            "models.providers.*.authHeader", .boolean,
            "Whether the key goes into `Authorization: Bearer`. Without it: as the protocol has it."),
        ConfigKey(
            "models.providers.*.models[].id", .string, required: true, "The name of the model at the service."),
        ConfigKey("models.providers.*.models[].name", .string, "Its name for people. Without it: the id."),
        ConfigKey("models.providers.*.models[].api", .choice(apis), "The protocol, when it is another for this model."),
        ConfigKey("models.providers.*.models[].reasoning", .boolean, false, "Whether it can think before it answers."),
        ConfigKey("models.providers.*.models[].input", .strings, ["text"], "What it reads: `text`, `image`."),
        ConfigKey(
            "models.providers.*.models[].cost.input", .number(0...(.infinity)), 0, "Dollars per million input tokens."),
        ConfigKey(
            "models.providers.*.models[].cost.output", .number(0...(.infinity)), 0, "Dollars per million output tokens."
        ),
        ConfigKey(
            "models.providers.*.models[].cost.cacheRead", .number(0...(.infinity)), 0,
            "Dollars per million tokens read from the cache."),
        ConfigKey(
            "models.providers.*.models[].cost.cacheWrite", .number(0...(.infinity)), 0,
            "Dollars per million tokens written to the cache."),
        ConfigKey(
            "models.providers.*.models[].contextWindow", .integer(whole), 200_000, "Its context window in tokens."),
        ConfigKey(
            "models.providers.*.models[].maxTokens", .integer(whole),
            "The longest answer in tokens. Without it: 8192, at most the context window."),
        ConfigKey("models.providers.*.models[].headers", .stringMap, [:], "Headers for requests to this model."),
        ConfigKey(
            "models.providers.*.models[].compat", .object, [:],
            "Where the service differs from the protocol, such as `maxTokensField` or `supportsDeveloperRole`."),
    ]
}
