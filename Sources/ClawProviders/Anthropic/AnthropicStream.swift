import ClawCore
import ClawSupport

/// Reads the events of an `anthropic-messages` answer.
struct AnthropicStream: AnswerStream {
    /// A content block that is still arriving.
    private enum Block {
        case text
        case thinking(signature: String)
        case toolUse(id: String, name: String, json: String)
        case other
    }

    private let vendor: VendorFault
    private let price: ModelPrice
    private var blocks: [Int: Block] = [:]
    private var usage = TokenUsage()
    private var stopReason: StopReason?
    /// The tool of a call whose arguments could not be read; only the stop reason tells whether they were cut off.
    private var unreadableTool: String?
    private(set) var isComplete = false

    /// The arguments of one tool call in bytes.
    private static let argumentsLimit = 4 << 20
    /// Blocks that are open at the same time; the vendor sends one after the other.
    private static let openBlockLimit = 64

    init(vendor: VendorFault, price: ModelPrice) {
        self.vendor = vendor
        self.price = price
    }

    mutating func take(_ event: JSONValue, name: String, into events: inout [ModelEvent]) throws(ProviderError) {
        switch event["type"]?.stringValue ?? name {
        case "content_block_delta": try takeDelta(event, &events)
        case "content_block_start": try startBlock(event, &events)
        case "content_block_stop": stopBlock(event["index"]?.intValue ?? 0, &events)
        case "message_start": report(event["message"]?["usage"], &events)
        case "message_delta":
            if let reason = event["delta"]?["stop_reason"]?.stringValue { stopReason = Self.stopReason(reason) }
            report(event["usage"], &events)
        case "message_stop": try finish(&events)
        case "error": throw vendor.reported(event)
        default: break
        }
    }

    mutating func takeWhole(_ answer: JSONValue, into events: inout [ModelEvent]) throws(ProviderError) {
        if answer["type"]?.stringValue == "error" { throw vendor.reported(answer) }
        guard let content = answer["content"]?.arrayValue else { throw vendor.malformed("an answer without content") }
        for (index, block) in content.enumerated() {
            let start: JSONValue = ["index": .int(index), "content_block": block]
            try startBlock(start, &events)
            stopBlock(index, &events)
        }
        stopReason = Self.stopReason(answer["stop_reason"]?.stringValue ?? "end_turn")
        report(answer["usage"], &events)
        try finish(&events)
    }

    mutating func end(isMarked: Bool, into events: inout [ModelEvent]) throws(ProviderError) {
        // The stop reason comes after all content, so that only the closing mark can be missing.
        if stopReason == nil { throw vendor.cut() }
        try finish(&events)
    }

    private mutating func finish(_ events: inout [ModelEvent]) throws(ProviderError) {
        if stopReason != .length {
            if !blocks.isEmpty { throw vendor.cut() }
            if let unreadableTool { throw ToolCallArguments.unreadable(tool: unreadableTool, model: vendor.model) }
        }
        isComplete = true
        events.append(.finished(stopReason ?? .stop))
    }

    private mutating func report(_ counts: JSONValue?, _ events: inout [ModelEvent]) {
        guard let counts else { return }
        usage.input = counts["input_tokens"]?.tokenCount ?? usage.input
        usage.output = counts["output_tokens"]?.tokenCount ?? usage.output
        usage.cacheRead = counts["cache_read_input_tokens"]?.tokenCount ?? usage.cacheRead
        usage.cacheWrite = counts["cache_creation_input_tokens"]?.tokenCount ?? usage.cacheWrite
        usage.cost = price.cost(of: usage)
        events.append(.usage(usage))
    }

    private static func stopReason(_ reason: String) -> StopReason {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolUse
        case "refusal": .error
        default: .stop
        }
    }
}

extension AnthropicStream {
    private mutating func startBlock(_ event: JSONValue, _ events: inout [ModelEvent]) throws(ProviderError) {
        guard let block = event["content_block"] else { throw vendor.malformed("a content block without content") }
        if blocks.count >= Self.openBlockLimit { throw vendor.malformed("too many content blocks at once") }
        let index = event["index"]?.intValue ?? 0
        switch block["type"]?.stringValue {
        case "text":
            blocks[index] = .text
            append(block["text"], ModelEvent.text, &events)
        case "thinking":
            blocks[index] = .thinking(signature: block["signature"]?.stringValue ?? "")
            append(block["thinking"], ModelEvent.thinking, &events)
        case "redacted_thinking":
            blocks[index] = .thinking(signature: AnthropicRequest.redactedPrefix + (block["data"]?.stringValue ?? ""))
        case "tool_use":
            guard let name = block["name"]?.stringValue, let id = block["id"]?.stringValue else {
                throw vendor.malformed("a tool call without a name or id")
            }
            let given = block["input"]?.objectValue ?? [:]
            blocks[index] = .toolUse(id: id, name: name, json: given.isEmpty ? "" : JSONValue.object(given).text)
        default:
            blocks[index] = .other
        }
    }

    private func append(_ value: JSONValue?, _ event: (String) -> ModelEvent, _ events: inout [ModelEvent]) {
        if let text = value?.stringValue, !text.isEmpty { events.append(event(text)) }
    }

    private mutating func takeDelta(_ event: JSONValue, _ events: inout [ModelEvent]) throws(ProviderError) {
        guard let delta = event["delta"] else { throw vendor.malformed("a delta without content") }
        switch delta["type"]?.stringValue {
        case "text_delta": append(delta["text"], ModelEvent.text, &events)
        case "thinking_delta": append(delta["thinking"], ModelEvent.thinking, &events)
        case "signature_delta":
            let index = event["index"]?.intValue ?? 0
            guard case .thinking(let signature) = blocks[index] else { return }
            blocks[index] = .thinking(signature: signature + (delta["signature"]?.stringValue ?? ""))
        case "input_json_delta":
            let index = event["index"]?.intValue ?? 0
            guard case .toolUse(let id, let name, var json) = blocks[index] else {
                throw vendor.malformed("arguments without a tool call")
            }
            blocks[index] = nil  // releases the text, so that it grows in place
            json += delta["partial_json"]?.stringValue ?? ""
            if json.utf8.count > Self.argumentsLimit { throw vendor.malformed("a tool call that is too long") }
            blocks[index] = .toolUse(id: id, name: name, json: json)
        default: break
        }
    }

    private mutating func stopBlock(_ index: Int, _ events: inout [ModelEvent]) {
        switch blocks.removeValue(forKey: index) {
        case .thinking(let signature) where !signature.isEmpty: events.append(.thinkingSignature(signature))
        case .toolUse(let id, let name, let json):
            if let arguments = ToolCallArguments.parse(json) {
                events.append(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
            } else {
                unreadableTool = name
            }
        default: break
        }
    }
}
