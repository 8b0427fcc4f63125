import ClawCore
import ClawSupport

/// Puts the events of one model call together into the message that the transcript keeps.
struct AnswerCollector: Sendable {
    private(set) var usage = TokenUsage()
    private(set) var stopReason: StopReason?
    private var blocks: [ContentBlock] = []
    /// The block that still grows; kept apart so that each piece is appended in place.
    private var growing = Growing.none
    private var buffer = ""

    private enum Growing {
        case none
        case text
        case thinking
    }

    init() {}

    mutating func take(_ event: ModelEvent) {
        switch event {
        case .text(let piece): grow(.text, piece)
        case .thinking(let piece): grow(.thinking, piece)
        case .thinkingSignature(let signature):
            close()
            if case .thinking(let text, let earlier)? = blocks.last {
                blocks[blocks.count - 1] = .thinking(text, signature: (earlier ?? "") + signature)
            } else {
                blocks.append(.thinking("", signature: signature))
            }
        case .toolCall(let call):
            close()
            blocks.append(.toolCall(call))
        case .usage(let counts): usage = counts
        case .finished(let reason): stopReason = reason
        case .restarted: self = AnswerCollector()
        }
    }

    private mutating func grow(_ kind: Growing, _ piece: String) {
        if growing != kind { close() }
        growing = kind
        buffer += piece
    }

    private mutating func close() {
        blocks = content
        buffer = ""
        growing = .none
    }

    var content: [ContentBlock] {
        switch growing {
        case .none: blocks
        case .text: buffer.isEmpty ? blocks : blocks + [.text(buffer)]
        case .thinking: buffer.isEmpty ? blocks : blocks + [.thinking(buffer, signature: nil)]
        }
    }

    var text: String { content.compactMap(\.plainText).joined() }

    /// The message as it stands. `fallback` is the stop reason when the model gave none.
    func message(
        api: String, model: ModelDescription, timestamp: Int64, stopReason fallback: StopReason
    ) -> AssistantMessage {
        var usage = usage
        usage.cost = model.price.cost(of: usage)
        return AssistantMessage(
            content: content, api: api, model: model.reference, usage: usage, stopReason: stopReason ?? fallback,
            timestamp: timestamp)
    }
}
