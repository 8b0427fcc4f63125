package import ClawCore
package import ClawSupport

/// Messages as the objects that transcripts hold.
package enum MessageCoding {
    package static func encode(_ message: ModelMessage) -> JSONObject {
        switch message {
        case .user(let user):
            return [
                "role": "user", "content": .array(user.content.map(encode)), "timestamp": .int64(user.timestamp),
            ]
        case .assistant(let assistant): return encode(assistant)
        case .toolResult(let result):
            var object: JSONObject = [
                "role": "toolResult", "toolCallId": .string(result.toolCallID), "toolName": .string(result.toolName),
                "content": .array(result.content.map(encode)),
            ]
            object.set("details", result.details)
            object["isError"] = .bool(result.isError)
            object["timestamp"] = .int64(result.timestamp)
            return object
        }
    }

    private static func encode(_ message: AssistantMessage) -> JSONObject {
        var object: JSONObject = [
            "role": "assistant", "content": .array(message.content.map(encode)), "api": .string(message.api),
            "provider": .string(message.model.provider), "model": .string(message.model.model),
            "usage": encode(message.usage), "stopReason": .string(message.stopReason.rawValue),
        ]
        object.set("errorMessage", message.errorMessage)
        object["timestamp"] = .int64(message.timestamp)
        return object
    }

    /// The usage object; only the total of the cost is known.
    package static func encode(_ usage: TokenUsage) -> JSONValue {
        [
            "input": .int(usage.input), "output": .int(usage.output), "cacheRead": .int(usage.cacheRead),
            "cacheWrite": .int(usage.cacheWrite), "totalTokens": .int(usage.total),
            "cost": [
                "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "total": .double(usage.cost),
            ],
        ]
    }

    package static func encode(_ block: ContentBlock) -> JSONValue {
        switch block {
        case .text(let text): return ["type": "text", "text": .string(text)]
        case .thinking(let text, let signature):
            var object: JSONObject = ["type": "thinking", "thinking": .string(text)]
            object.set("thinkingSignature", signature)
            return .object(object)
        case .image(let data, let mimeType):
            return ["type": "image", "data": .string(data), "mimeType": .string(mimeType)]
        case .toolCall(let call):
            var object: JSONObject = [
                "type": "toolCall", "id": .string(call.id), "name": .string(call.name),
                "arguments": .object(call.arguments),
            ]
            object.set("thoughtSignature", call.signature)
            return .object(object)
        }
    }

    /// The message of an entry; nil for roles that the model never reads and for what has no role.
    package static func decode(_ object: JSONObject) -> ModelMessage? {
        let timestamp = Int64(object["timestamp"]?.quantityValue ?? 0)
        switch object["role"]?.stringValue {
        case "user", "custom", "hookMessage":
            return .user(UserMessage(content: blocks(object["content"]), timestamp: timestamp))
        case "assistant": return .assistant(assistant(object, timestamp: timestamp))
        case "toolResult":
            return .toolResult(
                ToolResultMessage(
                    toolCallID: object["toolCallId"]?.stringValue ?? "",
                    toolName: object["toolName"]?.stringValue ?? "",
                    content: blocks(object["content"]), details: object["details"],
                    isError: object["isError"]?.boolValue ?? false, timestamp: timestamp))
        case "bashExecution":
            if object["excludeFromContext"]?.boolValue == true { return nil }
            return .user(UserMessage(content: [.text(shellText(object))], timestamp: timestamp))
        default: return nil
        }
    }

    private static func shellText(_ object: JSONObject) -> String {
        var text = "Ran `\(object["command"]?.stringValue ?? "")`"
        if let code = object["exitCode"]?.intValue { text += " (exit code \(code))" }
        if object["cancelled"]?.boolValue == true { text += " (cancelled)" }
        let output = object["output"]?.stringValue ?? ""
        return output.isEmpty ? text : "\(text)\n\(output)"
    }

    private static func assistant(_ object: JSONObject, timestamp: Int64) -> AssistantMessage {
        var message = AssistantMessage(
            content: blocks(object["content"]), api: object["api"]?.stringValue ?? "",
            model: ModelReference(
                provider: object["provider"]?.stringValue ?? "", model: object["model"]?.stringValue ?? ""),
            usage: decodeUsage(object["usage"]),
            stopReason: object["stopReason"]?.stringValue.flatMap(StopReason.init(rawValue:)) ?? .stop,
            timestamp: timestamp)
        message.errorMessage = object["errorMessage"]?.stringValue
        return message
    }

    package static func decodeUsage(_ value: JSONValue?) -> TokenUsage {
        var usage = TokenUsage(
            input: value?["input"]?.quantityValue ?? 0, output: value?["output"]?.quantityValue ?? 0,
            cacheRead: value?["cacheRead"]?.quantityValue ?? 0, cacheWrite: value?["cacheWrite"]?.quantityValue ?? 0)
        usage.cost = value?["cost"]?["total"]?.doubleValue ?? 0
        return usage
    }

    /// The blocks of a content member, which may be a plain string. Unknown blocks are left out.
    package static func blocks(_ content: JSONValue?) -> [ContentBlock] {
        switch content {
        case .string(let text): [.text(text)]
        case .array(let values): values.compactMap(block)
        default: []
        }
    }

    private static func block(_ value: JSONValue) -> ContentBlock? {
        switch value["type"]?.stringValue {
        case "text": return .text(value["text"]?.stringValue ?? "")
        case "thinking":
            return .thinking(
                value["thinking"]?.stringValue ?? "", signature: value["thinkingSignature"]?.stringValue)
        case "image": return image(value)
        case "toolCall", "toolUse", "functionCall", "tool_use":
            let arguments = value["arguments"] ?? value["input"] ?? value["args"]
            return .toolCall(
                ToolCall(
                    id: value["id"]?.stringValue ?? value["callId"]?.stringValue ?? "",
                    name: value["name"]?.stringValue ?? "", arguments: decodeArguments(arguments),
                    signature: value["thoughtSignature"]?.stringValue))
        default: return nil
        }
    }

    /// Older files hold the arguments as a JSON text.
    private static func decodeArguments(_ value: JSONValue?) -> JSONObject {
        if let object = value?.objectValue { return object }
        // Text that is no JSON object stands for no arguments.
        guard let text = value?.stringValue, let parsed = try? JSONParser.parse(text, mode: .lenient) else {
            return [:]
        }
        return parsed.objectValue ?? [:]
    }

    private static func image(_ value: JSONValue) -> ContentBlock? {
        let source = value["source"] ?? value
        guard let data = source["data"]?.stringValue else { return nil }
        let type = source["mimeType"]?.stringValue ?? source["media_type"]?.stringValue ?? "image/png"
        return .image(data: data, mimeType: type)
    }
}
