import ClawAgent
import ClawCore
package import ClawProtocol
import ClawSupport
package import HTTPTypes
package import Hummingbird
import NIOCore

/// `POST /v1/chat/completions`: an agent behind the interface of OpenAI's chat completions (gateway-http §3). Unlike the
/// original it tells `finish_reason` and `usage`, which the clients of that interface wait for.
package struct ChatCompletions: HTTPEndpoint {
    package static let path = "/v1/chat/completions"
    package static let method = HTTPRequest.Method.post
    package static let access = MethodAccess.write

    private let turn: OpenAITurn
    private let enabled: @Sendable () -> Bool

    package init(turn: OpenAITurn, isEnabled: @escaping @Sendable () -> Bool) {
        self.turn = turn
        enabled = isEnabled
    }

    package var isEnabled: Bool { enabled() }

    package func respond(to call: HTTPCall) async throws -> Response {
        let object = try call.object()
        guard let conversation = OpenAIConversation(messages: object["messages"]?.arrayValue ?? []) else {
            throw HTTPProblem(400, "Missing user message in `messages`.")
        }
        let tools = try OpenAITools(
            tools: object["tools"], choice: object["tool_choice"], parallel: object["parallel_tool_calls"])
        var target = try turn.target(
            call, model: object["model"]?.stringValue, user: object["user"]?.stringValue, prefix: "openai")
        // Clients of this interface keep no session, but the calls that they were given have one.
        if object["user"]?.stringValue == nil, call.header("x-openclaw-session-key") == nil,
            let outputs = conversation.outputs, let waiting = try await turn.target(waitingFor: outputs)
        {
            target = waiting
        }
        let answer = ChatCompletion(
            id: turn.identifier("chatcmpl"), created: turn.now, model: object["model"]?.stringValue ?? "openclaw",
            reportsUsage: object["stream_options"]?["include_usage"]?.boolValue ?? false)
        let events = try await turn.start(
            conversation, tools: tools, target, run: answer.id, caller: call.caller)
        if object["stream"]?.boolValue ?? false { return Self.stream(events, answer) }
        for await event in events {
            switch OpenAIEnd(event) {
            case nil: continue
            case .text(_, _, .aborted(let reason))?: throw HTTPProblem.runEnded(reason)
            case .text(let text, let usage, let stop)?:
                return .json(200, answer.whole(text, usage: usage, isCut: stop == .length))
            case .calls(let calls, let text, let usage)?:
                return .json(200, answer.whole(calls, after: text, usage: usage))
            case .failed(let message)?: throw HTTPProblem.runFailed(message)
            }
        }
        throw CancellationError()
    }

    private static func stream(_ events: AsyncStream<RunFeed.Event>, _ answer: ChatCompletion) -> Response {
        EventStream.response(
            events, state: answer,
            pieces: { answer, event in answer.chunks(for: event).map { EventStream.data($0.bytes) } },
            last: EventStream.data(Array("[DONE]".utf8)))
    }
}

/// One answer in the form of a chat completion, whole or in chunks. Pure.
struct ChatCompletion: Sendable, Hashable {
    let id: String
    /// Seconds since 1970.
    let created: Int64
    /// As the caller named it.
    let model: String
    /// Whether the stream ends with a chunk of counts.
    let reportsUsage: Bool
    private var sent = SentText()
    private var hasBegun = false

    init(id: String, created: Int64, model: String, reportsUsage: Bool = false) {
        self.id = id
        self.created = created
        self.model = model
        self.reportsUsage = reportsUsage
    }

    func whole(_ text: String, usage: TokenUsage, isCut: Bool) -> JSONValue {
        let choice: JSONValue = [
            "index": 0,
            "message": ["role": "assistant", "content": .string(text.isEmpty ? OpenAIEnd.silence : text)],
            "finish_reason": .string(isCut ? "length" : "stop"),
        ]
        return envelope("chat.completion", ["choices": [choice], "usage": Self.usage(usage)])
    }

    func whole(_ calls: [ToolCall], after text: String, usage: TokenUsage) -> JSONValue {
        let choice: JSONValue = [
            "index": 0,
            "message": [
                "role": "assistant", "content": text.isEmpty ? .null : .string(text),
                "tool_calls": .array(calls.map { .object(Self.call($0)) }),
            ],
            "finish_reason": "tool_calls",
        ]
        return envelope("chat.completion", ["choices": [choice], "usage": Self.usage(usage)])
    }

    private static func call(_ call: ToolCall) -> JSONObject {
        [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(JSONValue.object(call.arguments).text)],
        ]
    }

    /// What is sent for an event of the run. One that ended without an answer has no reason to finish: an error says why, which
    /// OpenAI's clients throw; a failure is also told in words, for those that show nothing else (gateway-http §3.3).
    mutating func chunks(for event: RunFeed.Event) -> [JSONValue] {
        if case .text(let full, _) = event.body {
            return SilentText.isFragment(full) || SilentText.isToken(full) ? [] : delta(to: full)
        }
        switch OpenAIEnd(event) {
        case nil: return []
        case .text(let text, _, .aborted(let reason))?: return delta(to: text) + [HTTPProblem.runEnded(reason).body]
        case .text(let text, let usage, let stop)?:
            let rest = delta(to: text.isEmpty && sent.text.isEmpty ? OpenAIEnd.silence : text)
            return rest + end(stop == .complete ? "stop" : "length", usage)
        case .calls(let calls, let text, let usage)?:
            var chunks = delta(to: text)
            if !hasBegun { chunks.append(chunk(["role": "assistant", "content": nil], finish: nil)) }
            let deltas = calls.enumerated().map { position, call -> JSONValue in
                var object = Self.call(call)
                object["index"] = .int(position)
                return .object(object)
            }
            return chunks + [chunk(["tool_calls": .array(deltas)], finish: nil)] + end("tool_calls", usage)
        case .failed(let message)?:
            let error = "Error: \(message)"
            let words = delta(to: sent.text.isEmpty ? error : "\(sent.text)\n\n\(error)")
            return words + [HTTPProblem.runFailed(message).body]
        }
    }

    private mutating func delta(to full: String) -> [JSONValue] {
        guard let piece = sent.advance(to: full) else { return [] }
        var chunks: [JSONValue] = []
        if !hasBegun {
            chunks.append(chunk(["role": "assistant", "content": ""], finish: nil))
            hasBegun = true
        }
        chunks.append(chunk(["content": .string(piece)], finish: nil))
        return chunks
    }

    private func end(_ reason: String, _ usage: TokenUsage) -> [JSONValue] {
        let last = chunk([:], finish: reason)
        guard reportsUsage else { return [last] }
        return [last, envelope("chat.completion.chunk", ["choices": [], "usage": Self.usage(usage)])]
    }

    private func chunk(_ delta: JSONObject, finish: String?) -> JSONValue {
        let choice: JSONValue = [
            "index": 0, "delta": .object(delta), "finish_reason": finish.map { .string($0) } ?? .null,
        ]
        return envelope("chat.completion.chunk", ["choices": [choice]])
    }

    private func envelope(_ kind: String, _ members: JSONObject) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "object": .string(kind), "created": .int64(created), "model": .string(model),
        ]
        for (key, value) in members { object[key] = value }
        return .object(object)
    }

    private static func usage(_ usage: TokenUsage) -> JSONValue {
        let prompt = usage.input + usage.cacheRead + usage.cacheWrite
        return [
            "prompt_tokens": .int(prompt), "completion_tokens": .int(usage.output),
            "total_tokens": .int(prompt + usage.output),
        ]
    }
}
