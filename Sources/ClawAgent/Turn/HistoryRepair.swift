package import ClawCore
import ClawSupport

/// Makes of a recorded history one that every vendor accepts: it begins with the user, user and assistant take turns,
/// and each tool call is followed by exactly one result. What was recorded is not changed.
package enum HistoryRepair {
    /// What the model reads for a call that was started and never answered.
    package static let interrupted = "interrupted by restart"

    /// The history for `model`. Images go when the model takes none, and so do the thoughts of other models, whose
    /// signatures it could not check.
    package static func repair(_ history: [ModelMessage], for model: ModelDescription) -> [ModelMessage] {
        var output: [ModelMessage] = []
        var position = 0
        while position < history.count {
            switch history[position] {
            case .user(var message):
                message.content = readable(message.content, for: model)
                if !message.content.isEmpty { appendUser(message, to: &output) }
                position += 1
            case .assistant(let message):
                position += 1
                var results: [ToolResultMessage] = []
                while position < history.count, case .toolResult(let result) = history[position] {
                    results.append(result)
                    position += 1
                }
                append(message, results, to: &output, for: model)
            case .toolResult:
                position += 1
            }
        }
        return output
    }

    /// The last `limit` user turns.
    package static func lastTurns(_ limit: Int?, of history: [ModelMessage]) -> [ModelMessage] {
        guard let limit, limit > 0 else { return history }
        var turns = 0
        for position in history.indices.reversed() {
            guard case .user = history[position] else { continue }
            turns += 1
            if turns == limit { return Array(history[position...]) }
        }
        return history
    }

    private static func appendUser(_ message: UserMessage, to output: inout [ModelMessage]) {
        if case .user(var last)? = output.last {
            last.content += message.content
            output[output.count - 1] = .user(last)
        } else {
            output.append(.user(message))
        }
    }

    private static func append(
        _ message: AssistantMessage, _ results: [ToolResultMessage], to output: inout [ModelMessage],
        for model: ModelDescription
    ) {
        guard !output.isEmpty else { return }
        var message = message
        if message.model != model.reference {
            message.content.removeAll { if case .thinking = $0 { true } else { false } }
        }
        message.content.removeAll { $0.plainText?.allSatisfy(\.isWhitespace) == true }
        let isBare = message.content.allSatisfy { if case .thinking = $0 { true } else { false } }
        if isBare { return }
        if case .assistant(var last)? = output.last, last.toolCalls.isEmpty {
            last.content += message.content
            output[output.count - 1] = .assistant(last)
        } else {
            output.append(.assistant(message))
        }
        for call in message.toolCalls {
            output.append(.toolResult(result(of: call, among: results, at: message.timestamp, for: model)))
        }
    }

    private static func result(
        of call: ToolCall, among results: [ToolResultMessage], at timestamp: Int64, for model: ModelDescription
    ) -> ToolResultMessage {
        guard var result = results.first(where: { $0.toolCallID == call.id }) else {
            return ToolResultMessage(
                toolCallID: call.id, toolName: call.name, content: [.text(interrupted)], isError: true,
                timestamp: timestamp)
        }
        result.content = readable(result.content, for: model)
        if result.content.isEmpty { result.content = [.text("(no output)")] }
        result.details = nil
        return result
    }

    private static func readable(_ content: [ContentBlock], for model: ModelDescription) -> [ContentBlock] {
        content.compactMap { block in
            switch block {
            case .text(let text): text.isEmpty ? nil : block
            case .image: model.acceptsImages ? block : .text("[image left out: this model reads no images]")
            case .thinking, .toolCall: nil
            }
        }
    }
}
