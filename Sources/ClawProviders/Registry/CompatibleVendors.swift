import ClawCore

/// What is known of a vendor beforehand, so that a key is all that a user has to give.
struct KnownVendor: Sendable {
    let id: String
    /// The vendor's name for people.
    let name: String
    /// Nil where every user has an address of their own.
    let baseURL: String?
    /// Environment variables that may hold the key; the first that is set counts.
    let keyVariables: [String]
    /// As in `models.providers.<id>.api`.
    let api: String
    /// Whether the server is the user's own and works without a key.
    let isKeyless: Bool
    let compatibility: OpenAICompatibility
    /// The model that is chosen when the vendor's key is the only thing configured; nil where there is no obvious one.
    let defaultModel: String?

    init(
        _ id: String, _ name: String, _ baseURL: String?, keys: [String], api: String = OpenAIChatProvider.apiName,
        isKeyless: Bool = false, defaultModel: String? = nil, _ adjust: (inout OpenAICompatibility) -> Void = { _ in }
    ) {
        self.id = id
        self.name = name
        self.baseURL = baseURL
        keyVariables = keys
        self.api = api
        self.isKeyless = isKeyless
        self.defaultModel = defaultModel
        var compatibility = OpenAICompatibility()
        adjust(&compatibility)
        self.compatibility = compatibility
    }
}

/// The one table of vendors. Adding one that speaks a known wire family is adding a row.
enum CompatibleVendors {
    /// In the order in which a key in the environment is looked for.
    static let all: [KnownVendor] = principal + routers + makers + local

    static func vendor(_ id: String) -> KnownVendor? { all.first { $0.id == id } }

    /// Other spellings of vendor names.
    static func canonicalID(_ id: String) -> String {
        switch id {
        case "z.ai", "z-ai": "zai"
        case "opencode-zen": "opencode"
        case "qwen": "qwen-portal"
        case "kimi-code": "kimi-coding"
        case "bytedance", "doubao": "volcengine"
        default: id
        }
    }

    private static let messages = AnthropicProvider.apiName

    private static let principal: [KnownVendor] = [
        KnownVendor(
            "anthropic", "Anthropic", "https://api.anthropic.com",
            keys: ["ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"],
            api: messages, defaultModel: "claude-opus-4-6"),
        KnownVendor(
            "openai", "OpenAI", "https://api.openai.com/v1", keys: ["OPENAI_API_KEY"], defaultModel: "gpt-5.2"),
        KnownVendor(
            "google", "Google", "https://generativelanguage.googleapis.com/v1beta/openai",
            keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], defaultModel: "gemini-2.5-pro"
        ) { $0.supportsReasoningEffort = true },
    ]

    private static let routers: [KnownVendor] = [
        KnownVendor(
            "openrouter", "OpenRouter", "https://openrouter.ai/api/v1", keys: ["OPENROUTER_API_KEY"],
            defaultModel: "anthropic/claude-opus-4.6"
        ) { $0.supportsReasoningEffort = true },
        KnownVendor(
            "vercel-ai-gateway", "Vercel AI Gateway", "https://ai-gateway.vercel.sh/v1", keys: ["AI_GATEWAY_API_KEY"],
            defaultModel: "anthropic/claude-opus-4.6"),
        KnownVendor(
            "kilocode", "Kilo Gateway", "https://api.kilo.ai/api/gateway", keys: ["KILOCODE_API_KEY"],
            defaultModel: "kilo/auto"),
        KnownVendor(
            "opencode", "OpenCode Zen", "https://opencode.ai/zen/v1",
            keys: ["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"]),
        KnownVendor(
            "cloudflare-ai-gateway", "Cloudflare AI Gateway", nil, keys: ["CLOUDFLARE_AI_GATEWAY_API_KEY"]),
        KnownVendor("litellm", "LiteLLM", "http://127.0.0.1:4000/v1", keys: ["LITELLM_API_KEY"]),
        KnownVendor(
            "huggingface", "Hugging Face", "https://router.huggingface.co/v1",
            keys: ["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN"]),
        KnownVendor(
            "together", "Together AI", "https://api.together.xyz/v1", keys: ["TOGETHER_API_KEY"],
            defaultModel: "moonshotai/Kimi-K2-Instruct-0905"),
        KnownVendor(
            "groq", "Groq", "https://api.groq.com/openai/v1", keys: ["GROQ_API_KEY"],
            defaultModel: "openai/gpt-oss-120b"
        ) { $0.supportsReasoningEffort = true },
        KnownVendor(
            "cerebras", "Cerebras", "https://api.cerebras.ai/v1", keys: ["CEREBRAS_API_KEY"],
            defaultModel: "gpt-oss-120b"),
        KnownVendor("nvidia", "NVIDIA", "https://integrate.api.nvidia.com/v1", keys: ["NVIDIA_API_KEY"]),
        KnownVendor("venice", "Venice", "https://api.venice.ai/api/v1", keys: ["VENICE_API_KEY"]),
        KnownVendor(
            "chutes", "Chutes", "https://llm.chutes.ai/v1", keys: ["CHUTES_OAUTH_TOKEN", "CHUTES_API_KEY"]),
        KnownVendor(
            "synthetic", "Synthetic", "https://api.synthetic.new/anthropic", keys: ["SYNTHETIC_API_KEY"], api: messages,
            defaultModel: "hf:MiniMaxAI/MiniMax-M2.5"),
    ]

    private static let makers: [KnownVendor] = [
        KnownVendor(
            "mistral", "Mistral", "https://api.mistral.ai/v1", keys: ["MISTRAL_API_KEY"],
            defaultModel: "mistral-large-latest"
        ) {
            // It counts in every stream and refuses members that it does not know.
            ($0.requiresMistralToolIDs, $0.supportsUsageInStreaming) = (true, false)
        },
        KnownVendor(
            "deepseek", "DeepSeek", "https://api.deepseek.com/v1", keys: ["DEEPSEEK_API_KEY"],
            defaultModel: "deepseek-chat"
        ) { $0.returnsReasoning = true },
        KnownVendor("xai", "xAI", "https://api.x.ai/v1", keys: ["XAI_API_KEY"], defaultModel: "grok-4"),
        KnownVendor(
            "zai", "Z.AI", "https://api.z.ai/api/paas/v4", keys: ["ZAI_API_KEY", "Z_AI_API_KEY"],
            defaultModel: "glm-4.7"
        ) { ($0.thinkingFormat, $0.returnsReasoning) = (.zai, true) },
        KnownVendor(
            "moonshot", "Moonshot", "https://api.moonshot.ai/v1", keys: ["MOONSHOT_API_KEY"], defaultModel: "kimi-k2.5"
        ) { ($0.thinkingFormat, $0.returnsReasoning) = (.zai, true) },
        KnownVendor(
            "kimi-coding", "Kimi for Coding", "https://api.kimi.com/coding",
            keys: ["KIMI_API_KEY", "KIMICODE_API_KEY"],
            api: messages, defaultModel: "kimi-for-coding"),
        KnownVendor(
            "minimax", "MiniMax", "https://api.minimax.io/anthropic", keys: ["MINIMAX_OAUTH_TOKEN", "MINIMAX_API_KEY"],
            api: messages, defaultModel: "MiniMax-M2.5"),
        KnownVendor(
            "qwen-portal", "Qwen Portal", "https://portal.qwen.ai/v1",
            keys: ["QWEN_OAUTH_TOKEN", "QWEN_PORTAL_API_KEY"]
        ) { $0.thinkingFormat = .qwen },
        KnownVendor("qianfan", "Qianfan", "https://qianfan.baidubce.com/v2", keys: ["QIANFAN_API_KEY"]),
        KnownVendor(
            "xiaomi", "Xiaomi MiMo", "https://api.xiaomimimo.com/v1", keys: ["XIAOMI_API_KEY"],
            defaultModel: "mimo-v2-flash"),
        KnownVendor(
            "volcengine", "Volcano Engine", "https://ark.cn-beijing.volces.com/api/v3", keys: ["VOLCANO_ENGINE_API_KEY"]
        ),
        KnownVendor(
            "byteplus", "BytePlus", "https://ark.ap-southeast.bytepluses.com/api/v3", keys: ["BYTEPLUS_API_KEY"]),
    ]

    private static let local: [KnownVendor] = [
        KnownVendor(
            "ollama", "Ollama", "http://127.0.0.1:11434/v1", keys: ["OLLAMA_API_KEY"], api: "ollama",
            isKeyless: true),
        KnownVendor("vllm", "vLLM", "http://127.0.0.1:8000/v1", keys: ["VLLM_API_KEY"], isKeyless: true),
    ]
}
