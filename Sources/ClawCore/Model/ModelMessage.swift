package import ClawSupport

/// One message of a conversation with a model, as transcripts hold it.
package enum ModelMessage: Sendable, Hashable {
    case user(UserMessage)
    case assistant(AssistantMessage)
    case toolResult(ToolResultMessage)
}

package struct UserMessage: Sendable, Hashable {
    package var content: [ContentBlock]
    package var timestamp: Int64

    package init(content: [ContentBlock], timestamp: Int64) {
        self.content = content
        self.timestamp = timestamp
    }
}

package struct AssistantMessage: Sendable, Hashable {
    package var content: [ContentBlock]
    /// The wire family, such as `anthropic-messages`.
    package var api: String
    package var model: ModelReference
    package var usage: TokenUsage
    package var stopReason: StopReason
    package var errorMessage: String?
    package var timestamp: Int64

    package init(
        content: [ContentBlock], api: String, model: ModelReference, usage: TokenUsage, stopReason: StopReason,
        timestamp: Int64
    ) {
        self.content = content
        self.api = api
        self.model = model
        self.usage = usage
        self.stopReason = stopReason
        self.timestamp = timestamp
    }

    /// The text blocks joined, without thinking and tool calls.
    package var text: String { content.compactMap(\.plainText).joined() }

    package var toolCalls: [ToolCall] {
        content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
}

package struct ToolResultMessage: Sendable, Hashable {
    package var toolCallID: String
    package var toolName: String
    package var content: [ContentBlock]
    package var details: JSONValue?
    package var isError: Bool
    package var timestamp: Int64

    package init(
        toolCallID: String, toolName: String, content: [ContentBlock], details: JSONValue? = nil, isError: Bool,
        timestamp: Int64
    ) {
        self.toolCallID = toolCallID
        self.toolName = toolName
        self.content = content
        self.details = details
        self.isError = isError
        self.timestamp = timestamp
    }
}

package enum ContentBlock: Sendable, Hashable {
    case text(String)
    /// What the model thought; the signature lets the vendor take it back unchanged.
    case thinking(String, signature: String?)
    /// Base64 data.
    case image(data: String, mimeType: String)
    case toolCall(ToolCall)

    package var plainText: String? {
        if case .text(let text) = self { text } else { nil }
    }
}

package struct ToolCall: Sendable, Hashable {
    package var id: String
    package var name: String
    package var arguments: JSONObject
    /// What the vendor gave with the call and wants back unchanged with it, so that the model remembers why it called.
    package var signature: String?

    package init(id: String, name: String, arguments: JSONObject, signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

/// Tokens as the vendor counted them; cost in US dollars.
package struct TokenUsage: Sendable, Hashable {
    package var input = 0
    package var output = 0
    package var cacheRead = 0
    package var cacheWrite = 0
    package var cost: Double = 0

    package init() {}

    package init(input: Int, output: Int, cacheRead: Int = 0, cacheWrite: Int = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    package var total: Int { input + output + cacheRead + cacheWrite }
}

package enum StopReason: String, Sendable, Hashable {
    case stop
    case length
    case toolUse
    case error
    case aborted
}
