import ClawAgent
import ClawChannelKit
import ClawSupport

/// What the `messages` of a chat completion mean to a session that keeps its own history: the current message, with what came
/// before it as context, and what the caller adds to the system prompt (gateway-http §3.1). Pure.
struct OpenAIConversation: Sendable, Hashable {
    /// One message of the conversation.
    struct Line: Sendable, Hashable {
        var sender: String
        var text: String
        /// Whether it may be the one to answer.
        var isQuestion: Bool
        /// For what a function of the caller returned: which call it was.
        var call: String?
    }

    var system: String?
    /// The whole of it as one message.
    var prompt: String
    /// What functions of the caller returned, when the conversation ends with that: enough for a session that waits for it.
    var outputs: ClientCallOutputs?

    /// Nil when there is nothing to answer.
    init?(system: [String], lines: [Line]) {
        let system = system.filter { !$0.isEmpty }
        self.system = system.isEmpty ? nil : system.joined(separator: "\n\n")
        let lines = lines.filter { !$0.text.isEmpty || $0.call != nil }
        outputs = Self.outputs(lines)
        guard let last = lines.lastIndex(where: \.isQuestion) else { return nil }
        let earlier = lines[..<last]
        if earlier.isEmpty {
            prompt = lines[last].text
            return
        }
        let history = earlier.map { "\($0.sender): \($0.text)" }.joined(separator: "\n")
        prompt = [
            GroupHistory.historyMarker, history, "", GroupHistory.currentMarker,
            "\(lines[last].sender): \(lines[last].text)",
        ].joined(separator: "\n")
    }

    /// The outputs since the person last said something, with what he says after them; nil unless the conversation ends so.
    private static func outputs(_ lines: [Line]) -> ClientCallOutputs? {
        let texts = lines.reversed().prefix { $0.isQuestion && $0.call == nil }.reversed()
        let rest = lines.dropLast(texts.count)
        guard rest.last?.call != nil else { return nil }
        let round = rest.reversed().prefix { !$0.isQuestion || $0.call != nil }.reversed()
        let outputs = round.compactMap { line in
            line.call.map { ClientCallOutputs.Output(call: $0, text: line.text) }
        }
        return ClientCallOutputs(outputs, text: texts.map(\.text).joined(separator: "\n\n"))
    }

    /// Reads the `messages` of a chat completion; entries of another form are skipped.
    init?(messages: [JSONValue]) {
        var system: [String] = []
        var lines: [Line] = []
        var functions: [String: String] = [:]
        for message in messages {
            let text = Self.text(message["content"])
            switch message["role"]?.stringValue {
            case "system", "developer": system.append(text)
            case "user": lines.append(Line(sender: "User", text: text, isQuestion: true))
            case "assistant":
                for call in message["tool_calls"]?.arrayValue ?? [] {
                    if let id = call["id"]?.stringValue { functions[id] = call["function"]?["name"]?.stringValue }
                }
                lines.append(Line(sender: "Assistant", text: text, isQuestion: false))
            case "tool", "function":
                let given = message["name"]?.stringValue
                let name =
                    (given ?? message["tool_call_id"]?.stringValue.flatMap { functions[$0] }).map { ":\($0)" } ?? ""
                lines.append(
                    Line(
                        sender: "Tool\(name)", text: text, isQuestion: true,
                        call: message["tool_call_id"]?.stringValue))
            default: break
            }
        }
        self.init(system: system, lines: lines)
    }

    /// A string, or the text parts of a list, one a line.
    static func text(_ content: JSONValue?) -> String {
        if let text = content?.stringValue { return text }
        let parts = content?.arrayValue ?? []
        return parts.compactMap { part in
            switch part["type"]?.stringValue {
            case "text", "input_text", "output_text": part["text"]?.stringValue
            default: part["input_text"]?.stringValue
            }
        }.joined(separator: "\n")
    }
}
