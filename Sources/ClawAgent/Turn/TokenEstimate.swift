package import ClawCore
import ClawSupport

/// How many tokens a text will cost, guessed without the vendor's tokenizer and rather too high than too low: four
/// ASCII bytes or one other character make a token.
package enum TokenEstimate {
    /// What an image costs, as the field's clients count it: 8000 characters.
    package static let image = 2000
    /// What each message costs beside its content.
    package static let messageOverhead = 4

    package static func tokens(in text: String) -> Int {
        var text = text
        var ascii = 0
        var others = 0
        text.withUTF8 { bytes in
            for byte in bytes {
                if byte < 0x80 {
                    ascii += 1
                } else if byte >= 0xC0 {
                    others += 1
                }
            }
        }
        return (ascii + 3) / 4 + others
    }

    package static func tokens(in message: ModelMessage) -> Int {
        let content: [ContentBlock] =
            switch message {
            case .user(let message): message.content
            case .assistant(let message): message.content
            case .toolResult(let message): message.content
            }
        return messageOverhead + content.reduce(0) { $0 + tokens(in: $1) }
    }

    package static func tokens(in definition: ToolDefinition) -> Int {
        messageOverhead + tokens(in: definition.name) + tokens(in: definition.description)
            + (JSONValue.object(definition.parameters).bytes.count + 3) / 4
    }

    private static func tokens(in block: ContentBlock) -> Int {
        switch block {
        case .text(let text): tokens(in: text)
        case .thinking(let text, let signature): tokens(in: text) + (signature?.utf8.count ?? 0) / 4
        case .image: image
        case .toolCall(let call):
            tokens(in: call.name) + (JSONValue.object(call.arguments).bytes.count + 3) / 4 + messageOverhead
        }
    }
}
