import ClawCore
import ClawSupport

/// Writes a request in the form of `anthropic-messages`.
struct AnthropicRequest {
    private let request: ModelRequest
    private let provider: String
    private let cachesPrompt: Bool

    /// Marks how far the prompt stays the same from call to call.
    private static let cacheMark: JSONValue = ["type": "ephemeral"]
    /// A signature of this kind stands for thinking that the vendor returns encrypted.
    static let redactedPrefix = "redacted:"

    init(_ request: ModelRequest, provider: String, cachesPrompt: Bool) {
        self.request = request
        self.provider = provider
        self.cachesPrompt = cachesPrompt
    }

    /// The body in UTF-8.
    var body: [UInt8] { JSONValue.object(object).bytes }

    private var object: JSONObject {
        let thinking = thinking
        var object: JSONObject = [
            "model": .string(request.model.reference.model), "max_tokens": .int(request.model.maxOutputTokens),
            "stream": true,
        ]
        if !request.system.isEmpty {
            var block: JSONObject = ["type": "text", "text": .string(request.system)]
            if cachesPrompt { block["cache_control"] = Self.cacheMark }
            object["system"] = [.object(block)]
        }
        object["messages"] = .array(messages(keepsThinking: thinking != nil))
        if !request.tools.isEmpty { object["tools"] = .array(request.tools.map(Self.tool)) }
        object.set("tool_choice", toolChoice)
        object.set("thinking", thinking)
        return object
    }

    private var toolChoice: JSONValue? {
        switch request.toolChoice {
        case .auto: nil
        case .required: ["type": "any"]
        case .named(let name): ["type": "tool", "name": .string(name)]
        }
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        [
            "name": .string(tool.name), "description": .string(tool.description),
            "input_schema": .object(tool.parameters),
        ]
    }
}

extension AnthropicRequest {
    /// What the model is told about thinking; nil leaves it off. The vendor refuses to think where a call is demanded.
    private var thinking: JSONValue? {
        guard request.toolChoice == .auto, request.model.reasoning, request.thinking != .off, !continuesWithoutThinking
        else { return nil }
        let model = request.model.reference.model
        if request.thinking == .adaptive, model.contains("-4-6") { return ["type": "adaptive"] }
        let wanted =
            switch request.thinking {
            case .off: 0
            case .minimal: 1024
            case .low, .adaptive: 4096
            case .medium: 10_240
            case .high: 24_576
            case .xhigh: 32_768
            }
        // The budget is part of max_tokens, and the answer itself needs room too.
        let budget = min(wanted, request.model.maxOutputTokens - 1024)
        return budget < 1024 ? nil : ["type": "enabled", "budget_tokens": .int(budget)]
    }

    /// Whether the last assistant message is waiting for tool results and holds no thinking that this vendor would take
    /// back. The vendor refuses to begin thinking in the middle of such an exchange.
    private var continuesWithoutThinking: Bool {
        for message in request.messages.reversed() {
            switch message {
            case .user: return false
            case .toolResult: continue
            case .assistant(let message):
                if message.toolCalls.isEmpty { return false }
                return !message.content.contains { signedThinking($0, in: message) != nil }
            }
        }
        return false
    }

    /// Messages in turns: neighbours of one role become one message, as the vendor demands.
    private func messages(keepsThinking: Bool) -> [JSONValue] {
        var turns: [(role: String, content: [JSONValue])] = []
        for message in request.messages {
            let (role, content) = blocks(of: message, keepsThinking: keepsThinking)
            if content.isEmpty { continue }
            if turns.last?.role == role {
                turns[turns.count - 1].content += content
            } else {
                turns.append((role, content))
            }
        }
        if cachesPrompt, let last = turns.lastIndex(where: { $0.role == "user" }) {
            let block = turns[last].content.count - 1
            turns[last].content[block]["cache_control"] = Self.cacheMark
        }
        return turns.map { ["role": .string($0.role), "content": .array($0.content)] }
    }

    private func blocks(of message: ModelMessage, keepsThinking: Bool) -> (role: String, content: [JSONValue]) {
        switch message {
        case .user(let message): return ("user", message.content.compactMap(visible))
        case .toolResult(let result):
            var block: JSONObject = [
                "type": "tool_result", "tool_use_id": .string(ToolCallIdentifier.fitted(result.toolCallID)),
            ]
            let content = result.content.compactMap(visible)
            if !content.isEmpty { block["content"] = .array(content) }
            if result.isError { block["is_error"] = true }
            return ("user", [.object(block)])
        case .assistant(let message):
            let content = message.content.compactMap { block -> JSONValue? in
                switch block {
                case .text, .image: return visible(block)
                case .thinking: return keepsThinking ? signedThinking(block, in: message) : nil
                case .toolCall(let call):
                    return [
                        "type": "tool_use", "id": .string(ToolCallIdentifier.fitted(call.id)),
                        "name": .string(call.name),
                        "input": .object(call.arguments),
                    ]
                }
            }
            return ("assistant", content)
        }
    }

    /// Text and images; empty texts are left out, since the vendor refuses them.
    private func visible(_ block: ContentBlock) -> JSONValue? {
        switch block {
        case .text(let text): return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .image(let data, let mimeType):
            if !request.model.acceptsImages {
                return ["type": "text", "text": .string(UnseenImage.note(model: request.model))]
            }
            return [
                "type": "image",
                "source": ["type": "base64", "media_type": .string(mimeType), "data": .string(data)],
            ]
        case .thinking, .toolCall: return nil
        }
    }

    /// Thinking as the vendor gave it; nil when there is no signature or another vendor made it.
    private func signedThinking(_ block: ContentBlock, in message: AssistantMessage) -> JSONValue? {
        guard case .thinking(let text, let signature?) = block, !signature.isEmpty,
            message.api == AnthropicProvider.apiName, message.model.provider == provider
        else { return nil }
        if signature.hasPrefix(Self.redactedPrefix) {
            return [
                "type": "redacted_thinking", "data": .string(String(signature.dropFirst(Self.redactedPrefix.count))),
            ]
        }
        return ["type": "thinking", "thinking": .string(text), "signature": .string(signature)]
    }
}
