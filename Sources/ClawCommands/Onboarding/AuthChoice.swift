import ClawCore

/// How the answers are paid for: the values of `--auth-choice`.
enum AuthChoice: Sendable, Hashable {
    /// A key of a vendor that this program knows.
    case vendor(String)
    /// A token of Anthropic that ends at some time.
    case anthropicToken
    /// A server that speaks the protocol of OpenAI or Anthropic.
    case custom
    /// Ollama on this machine.
    case ollama
    /// The built-in script answers until a key is there.
    case skip

    /// The ids of OpenClaw that this program supports, and the vendor whose key they mean.
    private static let vendors: [(id: String, vendor: String)] = [
        ("apiKey", "anthropic"), ("openai-api-key", "openai"), ("openrouter-api-key", "openrouter"),
        ("gemini-api-key", "google"), ("moonshot-api-key", "moonshot"), ("kimi-code-api-key", "kimi-coding"),
        ("together-api-key", "together"), ("huggingface-api-key", "huggingface"), ("zai-api-key", "zai"),
        ("xai-api-key", "xai"), ("mistral-api-key", "mistral"), ("venice-api-key", "venice"),
        ("kilocode-api-key", "kilocode"), ("litellm-api-key", "litellm"),
        ("ai-gateway-api-key", "vercel-ai-gateway"), ("synthetic-api-key", "synthetic"),
        ("minimax-api", "minimax"), ("opencode-zen", "opencode"), ("xiaomi-api-key", "xiaomi"),
        ("volcengine-api-key", "volcengine"), ("byteplus-api-key", "byteplus"), ("qianfan-api-key", "qianfan"),
    ]

    static let ids: [String] = vendors.map(\.id) + ["token", "custom-api-key", "ollama", "skip"]

    init(_ id: String) throws(ClawError) {
        switch id {
        case "token", "setup-token": self = .anthropicToken
        case "custom-api-key": self = .custom
        case "ollama": self = .ollama
        case "skip": self = .skip
        case let id:
            guard let vendor = Self.vendors.first(where: { $0.id == id })?.vendor else {
                throw ClawError(
                    .invalidRequest, "\"\(id)\" is no auth choice of this program.",
                    hint: "Use one of: \(Self.ids.joined(separator: ", ")).")
            }
            self = .vendor(vendor)
        }
    }

    /// As `--auth-choice` takes it.
    var id: String {
        switch self {
        case .vendor(let vendor): Self.vendors.first { $0.vendor == vendor }?.id ?? vendor
        case .anthropicToken: "token"
        case .custom: "custom-api-key"
        case .ollama: "ollama"
        case .skip: "skip"
        }
    }
}
