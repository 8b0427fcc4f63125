import ClawAgent
import ClawCore
import ClawSupport

/// One answer in the form of OpenAI's responses, whole or as events (gateway-http §4.4, §4.5). Pure.
struct ResponsesAnswer: Sendable, Hashable {
    private enum Status: String {
        case inProgress = "in_progress"
        case completed
        case incomplete
        case failed
        case cancelled
    }

    let id: String
    /// The id of the message in the output.
    private let item: String
    /// Seconds since 1970.
    private let created: Int64
    private let request: ResponsesRequest
    private var sent = SentText()
    private var sequence = 0
    /// Whether the client knows of the message.
    private var hasMessage = false

    init(id: String, item: String, created: Int64, request: ResponsesRequest) {
        self.id = id
        self.item = item
        self.created = created
        self.request = request
    }

    /// What is sent before the run has said anything.
    mutating func opening() -> [JSONValue] {
        [
            event("response.created", ["response": resource(.inProgress)]),
            event("response.in_progress", ["response": resource(.inProgress)]),
        ]
    }

    /// The message begins, with its first words or with its end: an answer that only calls functions has none.
    private mutating func openMessage() -> [JSONValue] {
        if hasMessage { return [] }
        hasMessage = true
        return [
            event("response.output_item.added", ["output_index": 0, "item": message(nil, .inProgress)]),
            event("response.content_part.added", place(["part": Self.part("")])),
        ]
    }

    /// What is sent for an event of the run.
    mutating func events(for event: RunFeed.Event) -> [JSONValue] {
        if case .text(let full, _) = event.body {
            return SilentText.isFragment(full) || SilentText.isToken(full) ? [] : delta(to: full)
        }
        guard let end = OpenAIEnd(event) else { return [] }
        let ending = Ending(end, sent: sent.text)
        var events: [JSONValue] = []
        if ending.status != .failed, let text = ending.text {
            events += openMessage() + delta(to: text)
            let whole = place(["text": .string(text), "logprobs": []])
            events.append(self.event("response.output_text.done", whole))
            events.append(self.event("response.content_part.done", place(["part": Self.part(text)])))
            events.append(
                self.event(
                    "response.output_item.done", ["output_index": 0, "item": message(text, ending.status)]))
        }
        for (position, call) in ending.calls.enumerated() {
            events += tell(call, at: position + (ending.text == nil ? 0 : 1))
        }
        events.append(self.event(ending.eventName, ["response": resource(ending.status, ending)]))
        return events
    }

    /// A call is told whole: models hand over a call only when its arguments are complete.
    private mutating func tell(_ call: ToolCall, at index: Int) -> [JSONValue] {
        let item = JSONValue.string(Self.item(of: call))
        let arguments = JSONValue.object(call.arguments).text
        return [
            event(
                "response.output_item.added",
                ["output_index": .int(index), "item": Self.item(call, arguments: "", .inProgress)]),
            event(
                "response.function_call_arguments.delta",
                ["item_id": item, "output_index": .int(index), "delta": .string(arguments)]),
            event(
                "response.function_call_arguments.done",
                [
                    "item_id": item, "output_index": .int(index), "name": .string(call.name),
                    "arguments": .string(arguments),
                ]),
            event(
                "response.output_item.done",
                ["output_index": .int(index), "item": Self.item(call, arguments: arguments, .completed)]),
        ]
    }

    private static func item(of call: ToolCall) -> String { "fc_\(call.id)" }

    private static func item(_ call: ToolCall, arguments: String, _ status: Status) -> JSONValue {
        [
            "type": "function_call", "id": .string(item(of: call)), "call_id": .string(call.id),
            "name": .string(call.name), "arguments": .string(arguments), "status": .string(status.rawValue),
        ]
    }

    /// The whole answer, for one who did not ask for a stream.
    func resource(_ end: OpenAIEnd) -> JSONValue {
        let ending = Ending(end, sent: "")
        return resource(ending.status, ending)
    }

    private mutating func delta(to full: String) -> [JSONValue] {
        guard let piece = sent.advance(to: full) else { return [] }
        return openMessage() + [event("response.output_text.delta", place(["delta": .string(piece), "logprobs": []]))]
    }

    private mutating func event(_ type: String, _ members: JSONObject) -> JSONValue {
        var object: JSONObject = ["type": .string(type), "sequence_number": .int(sequence)]
        sequence += 1
        for (key, value) in members { object[key] = value }
        return .object(object)
    }

    private func place(_ members: JSONObject) -> JSONObject {
        var object: JSONObject = ["item_id": .string(item), "output_index": 0, "content_index": 0]
        for (key, value) in members { object[key] = value }
        return object
    }

    private static func part(_ text: String) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": []]
    }

    /// - Parameter text: Nil for a message of which nothing is written yet.
    private func message(_ text: String?, _ status: Status) -> JSONValue {
        let shown: Status = status == .inProgress || status == .completed ? status : .incomplete
        return [
            "type": "message", "id": .string(item), "role": "assistant",
            "content": .array(text.map { [Self.part($0)] } ?? []), "status": .string(shown.rawValue),
        ]
    }

    private func resource(_ status: Status, _ ending: Ending? = nil) -> JSONValue {
        var output: [JSONValue] = ending?.text.map { [message($0, status)] } ?? []
        for call in ending?.calls ?? [] {
            output.append(Self.item(call, arguments: JSONValue.object(call.arguments).text, .completed))
        }
        let error: JSONValue? = ending?.error.map { ["code": "server_error", "message": .string($0)] }
        let reason: JSONValue? = ending?.incompleteReason.map { ["reason": .string($0)] }
        let usage: JSONValue? = ending?.usage.map(Self.usage)
        let limit: JSONValue? = request.maximumOutputTokens.map { .int($0) }
        var object: JSONObject = [
            "id": .string(id), "object": "response", "created_at": .int64(created),
            "status": .string(status.rawValue), "model": .string(request.model), "output": .array(output),
        ]
        object["usage"] = usage ?? .null
        object["error"] = error ?? .null
        object["incomplete_details"] = reason ?? .null
        object["instructions"] = .nullable(request.instructions)
        object["max_output_tokens"] = limit ?? .null
        object["metadata"] = .object(request.metadata)
        object["previous_response_id"] = .nullable(request.previousResponse)
        object["parallel_tool_calls"] = .bool(request.tools.allowsSeveral)
        object["tool_choice"] = request.tools.givenChoice
        object["tools"] = .array(request.tools.given)
        return .object(object)
    }

    private static func usage(_ usage: TokenUsage) -> JSONValue {
        let input = usage.input + usage.cacheRead + usage.cacheWrite
        return [
            "input_tokens": .int(input), "input_tokens_details": ["cached_tokens": .int(usage.cacheRead)],
            "output_tokens": .int(usage.output), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .int(input + usage.output),
        ]
    }
}

extension ResponsesAnswer {
    /// How a run ended, in the words of this interface.
    private struct Ending {
        var status: Status
        /// Nil when there is no message.
        var text: String?
        var calls: [ToolCall] = []
        var usage: TokenUsage?
        var error: String?
        var incompleteReason: String?

        /// - Parameter sent: What the client has read of the answer.
        init(_ end: OpenAIEnd, sent: String) {
            switch end {
            case .text(let text, let usage, .complete):
                self.init(.completed, text.isEmpty && sent.isEmpty ? OpenAIEnd.silence : text, usage)
            case .calls(let calls, let text, let usage):
                self.init(.completed, text, usage)
                if text.isEmpty, sent.isEmpty { self.text = nil }
                self.calls = calls
            case .text(let text, let usage, .length):
                self.init(.incomplete, text, usage)
                incompleteReason = "max_output_tokens"
            case .text(let text, let usage, .aborted(let reason)):
                switch reason {
                case .timeout, .shutdown: self.init(failed: reason.sentence, text: text)
                case .rpc, .stop, .superseded:
                    self.init(.cancelled, text, usage)
                    if text.isEmpty, sent.isEmpty { self.text = nil }
                    incompleteReason = "cancelled"
                }
            case .failed(let message): self.init(failed: message, text: sent)
            }
        }

        private init(_ status: Status, _ text: String, _ usage: TokenUsage) {
            self.status = status
            self.text = text
            self.usage = usage
        }

        private init(failed message: String, text: String) {
            status = .failed
            error = message
            self.text = text.isEmpty ? nil : text
        }

        var eventName: String {
            switch status {
            case .completed: "response.completed"
            case .failed: "response.failed"
            case .incomplete, .cancelled, .inProgress: "response.incomplete"
            }
        }
    }
}
