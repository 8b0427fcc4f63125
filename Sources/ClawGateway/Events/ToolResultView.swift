import ClawCore
import ClawSupport

/// The result of a tool as clients see it: long texts cut, image data left out.
enum ToolResultView {
    /// Characters of one text block.
    static let textLimit = 8000

    static func json(_ result: ToolResult) -> JSONValue {
        var object: JSONObject = ["content": .array(result.content.map(block))]
        object.set("details", result.details)
        return .object(object)
    }

    private static func block(_ block: ContentBlock) -> JSONValue {
        switch block {
        case .text(let text):
            let cut = text.count > textLimit ? "\(text.prefix(textLimit))\n…(truncated)…" : text
            return ["type": "text", "text": .string(cut)]
        case .thinking(let text, _):
            return ["type": "thinking", "thinking": .string(text)]
        case .image(let data, let mimeType):
            return [
                "type": "image", "mimeType": .string(mimeType), "omitted": true, "bytes": .int(data.utf8.count),
            ]
        case .toolCall(let call):
            return [
                "type": "toolCall", "id": .string(call.id), "name": .string(call.name),
                "arguments": .object(call.arguments),
            ]
        }
    }
}
