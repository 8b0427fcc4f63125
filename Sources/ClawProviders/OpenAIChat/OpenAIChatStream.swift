import ClawCore
import ClawSupport

/// Reads the chunks of an `openai-completions` answer.
struct OpenAIChatStream: AnswerStream {
    private let vendor: VendorFault
    private let price: ModelPrice
    private let entropy: any Entropy
    private var calls = ToolCallAssembly()
    private var usage: TokenUsage?
    private var stopReason: StopReason?
    private(set) var isComplete = false

    init(vendor: VendorFault, price: ModelPrice, entropy: any Entropy) {
        self.vendor = vendor
        self.price = price
        self.entropy = entropy
    }

    mutating func take(_ chunk: JSONValue, name: String, into events: inout [ModelEvent]) throws(ProviderError) {
        if name == "error" { throw vendor.reported(chunk) }
        guard case .object(let chunk) = chunk else { throw vendor.malformed("an event that is no object") }
        for (key, value) in chunk {
            switch key {
            case "choices":
                guard let choice = value.arrayValue?.first else { continue }
                try takeChoice(choice, message: choice["delta"] ?? choice["message"], &events)
            case "usage": readUsage(value)
            case "error" where !value.isNull: throw vendor.reported(.object(chunk))
            case "object" where value.stringValue == "error": throw vendor.reported(.object(chunk))
            default: continue
            }
        }
    }

    mutating func takeWhole(_ answer: JSONValue, into events: inout [ModelEvent]) throws(ProviderError) {
        if let error = answer["error"], !error.isNull { throw vendor.reported(answer) }
        guard let choice = answer["choices"]?.arrayValue?.first, let message = choice["message"] else {
            throw vendor.malformed("an answer without choices")
        }
        try takeChoice(choice, message: message, &events)
        if let counts = answer["usage"] { readUsage(counts) }
        try end(isMarked: true, into: &events)
    }

    mutating func end(isMarked: Bool, into events: inout [ModelEvent]) throws(ProviderError) {
        guard let reason = stopReason ?? (isMarked ? .stop : nil) else { throw vendor.cut() }
        let calls = try calls.finished(isCut: reason == .length, model: vendor.model, entropy: entropy)
        for call in calls { events.append(.toolCall(call)) }
        if let usage { events.append(.usage(usage)) }
        // Some servers say `stop` after tool calls, and some say `tool_calls` without any.
        let actual: StopReason =
            switch reason {
            case .stop, .toolUse: calls.isEmpty ? .stop : .toolUse
            default: reason
            }
        events.append(.finished(actual))
        isComplete = true
    }

    private mutating func takeChoice(
        _ choice: JSONValue, message: JSONValue?, _ events: inout [ModelEvent]
    ) throws(ProviderError) {
        if case .object(let message) = message {
            for (key, value) in message {
                switch key {
                case "content": takeContent(value, &events)
                case "reasoning_content", "reasoning":
                    // A server that sends both names sends the same text twice.
                    if key == "reasoning", message.contains("reasoning_content") { continue }
                    if let text = value.stringValue, !text.isEmpty { events.append(.thinking(text)) }
                case "tool_calls":
                    for piece in value.arrayValue ?? [] where !calls.take(piece) {
                        throw vendor.malformed("tool calls that are too long")
                    }
                default: continue
                }
            }
        }
        if let counts = choice["usage"] { readUsage(counts) }
        if let reason = choice["finish_reason"]?.stringValue, !reason.isEmpty {
            if reason == "error" {
                throw vendor.reported(choice["error"].map { ["error": $0] } ?? ["message": "the model failed"])
            }
            stopReason = Self.stopReason(reason)
        }
    }

    /// Text, or a list of parts as Mistral sends it for thinking models.
    private func takeContent(_ content: JSONValue, _ events: inout [ModelEvent]) {
        if let text = content.stringValue {
            if !text.isEmpty { events.append(.text(text)) }
            return
        }
        for part in content.arrayValue ?? [] {
            if let text = part["text"]?.stringValue, !text.isEmpty { events.append(.text(text)) }
            for thought in part["thinking"]?.arrayValue ?? [] {
                if let text = thought["text"]?.stringValue, !text.isEmpty { events.append(.thinking(text)) }
            }
        }
    }

    private mutating func readUsage(_ counts: JSONValue) {
        guard let prompt = counts["prompt_tokens"]?.tokenCount else { return }
        let cached =
            counts["prompt_tokens_details"]?["cached_tokens"]?.tokenCount
            ?? counts["prompt_cache_hit_tokens"]?.tokenCount ?? 0
        var usage = TokenUsage(
            input: max(0, prompt - cached), output: counts["completion_tokens"]?.tokenCount ?? 0, cacheRead: cached)
        usage.cost = price.cost(of: usage)
        self.usage = usage
    }

    private static func stopReason(_ reason: String) -> StopReason {
        switch reason {
        case "length", "max_tokens", "model_length": .length
        case "tool_calls", "function_call", "tool_use": .toolUse
        case "content_filter", "refusal": .error
        default: .stop
        }
    }
}
