import ClawCore
import ClawSupport

/// Writes a request in the form of `openai-completions`.
struct OpenAIChatRequest {
    private let request: ModelRequest
    private let provider: String
    private let dialect: OpenAIDialect

    /// The least room for an answer, however full the window is.
    private static let leastAnswer = 256

    init(_ request: ModelRequest, provider: String, dialect: OpenAIDialect) {
        self.request = request
        self.provider = provider
        self.dialect = dialect
    }

    /// The body in UTF-8.
    var body: [UInt8] {
        let messages = JSONValue.array(messages)
        var object: JSONObject = [
            "model": .string(request.model.reference.model), "messages": messages, "stream": true,
        ]
        if dialect.reportsUsage { object["stream_options"] = ["include_usage": true] }
        if dialect.sendsStore { object["store"] = false }
        if !request.tools.isEmpty { object["tools"] = .array(request.tools.map(tool)) }
        object.set("tool_choice", toolChoice)
        addThinking(to: &object)
        // Servers that check prompt and answer against one window refuse an answer that might not fit.
        let written = JSONValue.object(object).bytes
        let room = request.model.contextWindow - written.count / 3
        object[dialect.maxTokensField] = .int(max(Self.leastAnswer, min(request.model.maxOutputTokens, room)))
        return Self.appending(object, to: written)
    }

    /// `written` with the members of `object` that it lacks, so that a long conversation is written only once.
    private static func appending(_ object: JSONObject, to written: [UInt8]) -> [UInt8] {
        guard let key = object.keys.last, let value = object.values.last else { return written }
        var body = written
        body[body.count - 1] = UInt8(ascii: ",")
        JSONWriter.write(key, into: &body)
        body.append(UInt8(ascii: ":"))
        value.write(into: &body)
        body.append(UInt8(ascii: "}"))
        return body
    }

    private func tool(_ tool: ToolDefinition) -> JSONValue {
        var function: JSONObject = [
            "name": .string(tool.name), "description": .string(tool.description),
            "parameters": .object(tool.parameters),
        ]
        if dialect.sendsStrict { function["strict"] = false }
        return ["type": "function", "function": .object(function)]
    }

    private var toolChoice: JSONValue? {
        switch request.toolChoice {
        case .auto: nil
        case .required: "required"
        case .named(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }

    private func addThinking(to object: inout JSONObject) {
        guard request.model.reasoning else { return }
        let isOn = request.thinking != .off
        switch dialect.thinkingFormat {
        case .zai: object["thinking"] = ["type": isOn ? "enabled" : "disabled"]
        case .qwen: object["enable_thinking"] = .bool(isOn)
        case .openai: if isOn, dialect.hasReasoningEffort { object["reasoning_effort"] = .string(effort) }
        }
    }

    private var effort: String {
        switch request.thinking {
        case .adaptive, .off: "medium"
        case .xhigh: request.model.reference.model.hasPrefix("gpt-5.2") ? "xhigh" : "high"
        case .minimal, .low, .medium, .high: request.thinking.rawValue
        }
    }
}

extension OpenAIChatRequest {
    private var messages: [JSONValue] {
        var result: [JSONValue] = []
        result.reserveCapacity(request.messages.count + 1)
        if !request.system.isEmpty {
            let role = dialect.hasDeveloperRole && request.model.reasoning ? "developer" : "system"
            result.append(["role": .string(role), "content": .string(request.system)])
        }
        // Tool messages hold text only: pictures follow as a message of the user when all results have been given.
        var pictures: [JSONValue] = []
        var followsToolResult = false
        for message in request.messages {
            if case .toolResult(let tool) = message {
                result.append(toolMessage(tool))
                pictures += tool.content.compactMap(picture)
                followsToolResult = true
                continue
            }
            appendPictures(&pictures, to: &result)
            switch message {
            case .user(let user):
                if followsToolResult, dialect.needsAssistantAfterToolResult {
                    result.append(["role": "assistant", "content": "I have read the results."])
                }
                if let content = content(of: user) { result.append(["role": "user", "content": content]) }
            case .assistant(let assistant):
                if let message = assistantMessage(assistant) { result.append(message) }
            case .toolResult: break
            }
            followsToolResult = false
        }
        appendPictures(&pictures, to: &result)
        return result
    }

    private func appendPictures(_ pictures: inout [JSONValue], to result: inout [JSONValue]) {
        if pictures.isEmpty { return }
        let note: JSONValue = ["type": "text", "text": "The tool returned this image:"]
        result.append(["role": "user", "content": .array([note] + pictures)])
        pictures = []
    }

    private func picture(_ block: ContentBlock) -> JSONValue? {
        guard case .image(let data, let mimeType) = block, request.model.acceptsImages else { return nil }
        return ["type": "image_url", "image_url": ["url": .string("data:\(mimeType);base64,\(data)")]]
    }

    private func text(_ block: ContentBlock) -> String? {
        switch block {
        case .text(let text): text.isEmpty ? nil : text
        case .image: request.model.acceptsImages ? nil : UnseenImage.note(model: request.model)
        case .thinking, .toolCall: nil
        }
    }

    private func content(of message: UserMessage) -> JSONValue? {
        let pictures = message.content.compactMap(picture)
        if pictures.isEmpty {
            let text = message.content.compactMap(text).joined(separator: "\n")
            return text.isEmpty ? nil : .string(text)
        }
        return .array(
            message.content.compactMap { block in
                picture(block) ?? text(block).map { ["type": "text", "text": .string($0)] }
            })
    }

    private func toolMessage(_ result: ToolResultMessage) -> JSONValue {
        let text = result.content.compactMap(text).joined(separator: "\n")
        let hasPictures = result.content.contains { picture($0) != nil }
        var object: JSONObject = [
            "role": "tool", "tool_call_id": .string(dialect.toolCallID(result.toolCallID)),
            "content": .string(text.isEmpty ? (hasPictures ? "(see the image)" : "(no output)") : text),
        ]
        if dialect.namesToolResults { object["name"] = .string(result.toolName) }
        return .object(object)
    }

    private func assistantMessage(_ message: AssistantMessage) -> JSONValue? {
        var text = message.text
        let calls = message.toolCalls
        let thinking = message.content.compactMap { block -> String? in
            if case .thinking(let text, _) = block, !text.isEmpty { text } else { nil }
        }.joined(separator: "\n")
        if dialect.writesThinkingAsText, !thinking.isEmpty {
            text = text.isEmpty ? thinking : "\(thinking)\n\n\(text)"
        }
        if text.isEmpty, calls.isEmpty { return nil }
        var object: JSONObject = ["role": "assistant", "content": text.isEmpty ? .null : .string(text)]
        if calls.isEmpty { return .object(object) }
        if dialect.returnsReasoning, message.model.provider == provider, !thinking.isEmpty {
            object["reasoning_content"] = .string(thinking)
        }
        let isOwn = message.api == OpenAIChatProvider.apiName && message.model.provider == provider
        object["tool_calls"] = .array(calls.map { toolCall($0, isOwn: isOwn) })
        return .object(object)
    }

    private func toolCall(_ call: ToolCall, isOwn: Bool) -> JSONValue {
        var object: JSONObject = [
            "id": .string(dialect.toolCallID(call.id)), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(JSONValue.object(call.arguments).text)],
        ]
        if isOwn, let signature = call.signature {
            object["extra_content"] = ["google": ["thought_signature": .string(signature)]]
        }
        return .object(object)
    }
}
