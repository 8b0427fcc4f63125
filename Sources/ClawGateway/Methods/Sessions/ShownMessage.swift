import ClawSupport

/// A message as previews show it: its role and its plain text.
struct ShownMessage {
    let role: String
    let text: String

    init(_ message: JSONValue) {
        role = message["role"]?.stringValue ?? ""
        switch message["content"] {
        case .string(let text)?: self.text = text
        case .array(let blocks)?: text = blocks.compactMap { $0["text"]?.stringValue }.joined(separator: "\n")
        default: text = ""
        }
    }

    /// The tools that a message calls, in order.
    static func callNames(in message: JSONValue) -> [String] {
        let kinds = ["toolCall", "toolUse", "tool_use", "functionCall"]
        return (message["content"]?.arrayValue ?? []).filter { kinds.contains($0["type"]?.stringValue ?? "") }
            .map { $0["name"]?.stringValue ?? "tool" }
    }

    /// The kinds of blocks that are neither text nor calls, such as `image`.
    static func mediaKinds(in message: JSONValue) -> [String] {
        let others = ["text", "thinking", "toolCall", "toolUse", "tool_use", "functionCall"]
        return (message["content"]?.arrayValue ?? []).compactMap { $0["type"]?.stringValue }
            .filter { !others.contains($0) }
    }
}
