import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

/// One vendor as the conformance suite sees it: how it is spoken to, what it objects to, and how it says the same
/// things.
struct PlatformDouble: Sendable, CustomTestStringConvertible {
    let id: String
    let api: String
    let path: String
    let keyHeader: (name: String, value: String)
    /// What the platform objects to in the JSON of a request.
    let objectionToBody: @Sendable (JSONObject) -> String?
    /// The stream that says "Hello there." in three pieces with 11 tokens in and 3 out.
    let hello: [String]
    /// A stream that calls `read` with the path `a "b".txt`, after a sentence.
    let toolCall: [String]
    /// The first part of `hello`, which no end follows.
    let beginning: [String]
    /// A stream that fails after a first word, and the error it stands for.
    let failure: [String]
    let failureReason: ProviderError.Reason
    let whole: String

    static let key = "sk-test-0123456789"

    var testDescription: String { id }

    func objection(_ request: ScriptedModelServer.Request) -> String? {
        if request.method != "POST" { return "method \(request.method)" }
        if request.path != path { return "path \(request.path)" }
        if request.headers[keyHeader.name] != keyHeader.value { return "key \(request.headers[keyHeader.name] ?? "-")" }
        if request.headers["content-type"] != "application/json" { return "content-type" }
        if request.headers["transfer-encoding"] != nil { return "a body without a length" }
        if request.headers["accept-encoding"] != nil { return "compression" }
        guard case .object(let body) = request.json else { return "a body that is not a JSON object" }
        if body["stream"] != true { return "no stream" }
        if body["model"] != "test-model" { return "model \(body["model"]?.text ?? "-")" }
        return objectionToBody(body)
    }

    func provider(
        address: String, retry: RetryPolicy = RetryPolicy(attempts: 1),
        settings change: (inout ProviderSettings) -> Void = { _ in }
    ) -> any ModelProvider {
        var settings = ProviderSettings(
            id: id, baseURL: "\(address)/v1", apiKey: Redacted(Self.key), keySource: "models.providers.\(id).apiKey",
            api: api)
        settings.idleTimeout = .seconds(20)
        change(&settings)
        let registry = ModelRegistry(
            ModelRegistrySettings(providers: [settings], retry: retry),
            transport: SharedTransport.transport, entropy: CountingEntropy())
        guard let provider = registry.provider(id) else { preconditionFailure("no provider \(id)") }
        return provider
    }

    var model: ModelDescription {
        ModelDescription(
            reference: ModelReference(provider: id, model: "test-model"), name: "Test", contextWindow: 100_000,
            maxOutputTokens: 8000, reasoning: true, acceptsImages: true,
            price: ModelPrice(input: 1, output: 10, cacheRead: 0.1, cacheWrite: 2))
    }

    static let all = [anthropic, openAI]
}

/// The transport of all tests that go over a socket; like that of a Gateway it lives as long as the process.
enum SharedTransport {
    static let transport = PooledHTTPTransport()
}

/// Entropy whose bytes are all one.
struct CountingEntropy: Entropy {
    func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }
}

extension PlatformDouble {
    static let anthropic = PlatformDouble(
        id: "anthropic", api: "anthropic-messages", path: "/v1/messages", keyHeader: ("x-api-key", key),
        objectionToBody: { body in
            let known: Set = ["model", "max_tokens", "stream", "system", "messages", "tools", "thinking"]
            if let key = body.keys.first(where: { !known.contains($0) }) {
                return "\(key): Extra inputs are not permitted"
            }
            guard let limit = body["max_tokens"]?.intValue, limit > 0 else { return "max_tokens: Field required" }
            guard let messages = body["messages"]?.arrayValue, !messages.isEmpty else { return "messages: too short" }
            for (position, message) in messages.enumerated() {
                let role = position.isMultiple(of: 2) ? "user" : "assistant"
                if message["role"]?.stringValue != role { return "messages: roles must alternate" }
                if message["content"]?.arrayValue?.isEmpty ?? true { return "messages: content is empty" }
            }
            return nil
        },
        hello: [
            event(
                "message_start",
                ##""message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":11,"output_tokens":1}}"##
            ),
            event("content_block_start", ##""index":0,"content_block":{"type":"text","text":""}"##),
            event("ping", ##""x":0"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"Hel"}"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"lo the"}"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"re."}"##),
            event("content_block_stop", ##""index":0"##),
            event("message_delta", ##""delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}"##),
            event("message_stop", ##""x":0"##),
        ],
        toolCall: [
            event("message_start", ##""message":{"usage":{"input_tokens":11,"output_tokens":1}}"##),
            event("content_block_start", ##""index":0,"content_block":{"type":"text","text":""}"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"I look."}"##),
            event("content_block_stop", ##""index":0"##),
            event(
                "content_block_start",
                ##""index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"read","input":{}}"##),
            event("content_block_delta", ##""index":1,"delta":{"type":"input_json_delta","partial_json":""}"##),
            event(
                "content_block_delta",
                ##""index":1,"delta":{"type":"input_json_delta","partial_json":"{\"path\": \"a "}"##),
            event(
                "content_block_delta",
                ##""index":1,"delta":{"type":"input_json_delta","partial_json":"\\\"b\\\".txt\"}"}"##),
            event("content_block_stop", ##""index":1"##),
            event("message_delta", ##""delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}"##),
            event("message_stop", ##""x":0"##),
        ],
        beginning: [
            event("content_block_start", ##""index":0,"content_block":{"type":"text","text":""}"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"Hel"}"##),
        ],
        failure: [
            event("content_block_start", ##""index":0,"content_block":{"type":"text","text":""}"##),
            event("content_block_delta", ##""index":0,"delta":{"type":"text_delta","text":"Hel"}"##),
            event("error", ##""error":{"type":"overloaded_error","message":"Overloaded"}"##),
        ],
        failureReason: .rateLimit,
        whole: ##"{"type":"message","content":[{"type":"text","text":"Hello there."}],"stop_reason":"end_turn","##
            + ##""usage":{"input_tokens":11,"output_tokens":3}}"##)

    private static func event(_ type: String, _ members: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\",\(members)}\n\n"
    }

    static let openAI = PlatformDouble(
        id: "openai", api: "openai-completions", path: "/v1/chat/completions",
        keyHeader: ("authorization", "Bearer \(key)"),
        objectionToBody: { body in
            let known: Set = [
                "model", "messages", "stream", "stream_options", "tools", "max_tokens", "reasoning_effort",
            ]
            if let key = body.keys.first(where: { !known.contains($0) }) { return "Unrecognized argument: \(key)" }
            if body["stream_options"] != ["include_usage": true] { return "stream_options" }
            guard let messages = body["messages"]?.arrayValue else { return "messages" }
            var open: Set<String> = []
            for message in messages {
                let role = message["role"]?.stringValue ?? ""
                if role == "tool" {
                    if open.remove(message["tool_call_id"]?.stringValue ?? "") == nil { return "tool without a call" }
                    continue
                }
                if !open.isEmpty { return "a tool call without its result" }
                if !["system", "user", "assistant"].contains(role) { return "role \(role)" }
                for call in message["tool_calls"]?.arrayValue ?? [] { open.insert(call["id"]?.stringValue ?? "") }
            }
            return open.isEmpty ? nil : "a tool call without its result"
        },
        hello: [
            chunk(##"{"role":"assistant","content":""}"##), chunk(##"{"content":"Hel"}"##),
            ": keep-alive\n\n", chunk(##"{"content":"lo the"}"##), chunk(##"{"content":"re."}"##),
            chunk("{}", finish: "stop"),
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3}}\n\n", "data: [DONE]\n\n",
        ],
        toolCall: [
            chunk(##"{"role":"assistant","content":"I look."}"##),
            chunk(##"{"tool_calls":[{"index":0,"id":"toolu_1","function":{"name":"read","arguments":""}}]}"##),
            chunk(##"{"tool_calls":[{"index":0,"function":{"arguments":"{\"path\": \"a "}}]}"##),
            chunk(##"{"tool_calls":[{"index":0,"function":{"arguments":"\\\"b\\\".txt\"}"}}]}"##),
            chunk("{}", finish: "tool_calls"),
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":9}}\n\n", "data: [DONE]\n\n",
        ],
        beginning: [chunk(##"{"content":"Hel"}"##)],
        failure: [
            chunk(##"{"content":"Hel"}"##),
            "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\"}}\n\n",
        ],
        failureReason: .server,
        whole: ##"{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"##
            + ##""finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":3}}"##)

    private static func chunk(_ delta: String, finish: String? = nil) -> String {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        return "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":\(delta),"
            + "\"finish_reason\":\(reason)}]}\n\n"
    }
}
