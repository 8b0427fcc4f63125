import ArgumentParser

/// A key for each vendor that has an auth choice of its own.
struct VendorKeyOptions: ParsableArguments {
    @Option(help: "The key of Anthropic.")
    var anthropicAPIKey: String?

    @Option(help: "The key of OpenAI.")
    var openaiAPIKey: String?

    @Option(help: "The key of OpenRouter.")
    var openrouterAPIKey: String?

    @Option(help: "The key of Google.")
    var geminiAPIKey: String?

    @Option(help: "The key of Moonshot.")
    var moonshotAPIKey: String?

    @Option(help: "The key of Kimi's coding plan.")
    var kimiCodeAPIKey: String?

    @Option(help: "The key of Together.")
    var togetherAPIKey: String?

    @Option(help: "The key of Hugging Face.")
    var huggingfaceAPIKey: String?

    @Option(help: "The key of Z.AI.")
    var zaiAPIKey: String?

    @Option(help: "The key of xAI.")
    var xaiAPIKey: String?

    @Option(help: "The key of Mistral.")
    var mistralAPIKey: String?

    @Option(help: "The key of Venice.")
    var veniceAPIKey: String?

    @Option(help: "The key of MiniMax.")
    var minimaxAPIKey: String?

    @Option(help: "The key of OpenCode Zen.")
    var opencodeZenAPIKey: String?

    /// The keys that were given, with their vendors.
    var given: [(vendor: String, key: String)] {
        let all = [
            ("anthropic", anthropicAPIKey), ("openai", openaiAPIKey), ("openrouter", openrouterAPIKey),
            ("google", geminiAPIKey), ("moonshot", moonshotAPIKey), ("kimi-coding", kimiCodeAPIKey),
            ("together", togetherAPIKey), ("huggingface", huggingfaceAPIKey), ("zai", zaiAPIKey), ("xai", xaiAPIKey),
            ("mistral", mistralAPIKey), ("venice", veniceAPIKey), ("minimax", minimaxAPIKey),
            ("opencode", opencodeZenAPIKey),
        ]
        return all.compactMap { vendor, key in key.map { (vendor, $0) } }
    }
}
