import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawProviders

@Suite struct OpenAIChatRequestTests {
    private let model = ModelDescription(
        reference: ModelReference(provider: "openai", model: "gpt-5.2"), name: "GPT-5.2", contextWindow: 400_000,
        maxOutputTokens: 128_000, reasoning: true, acceptsImages: true)
    private let home = "https://api.openai.com/v1"
    private let elsewhere = "http://127.0.0.1:8000/v1"

    private func body(
        _ request: ModelRequest, at url: String, _ adjust: (inout OpenAICompatibility) -> Void = { _ in }
    ) throws -> JSONValue {
        var compatibility = OpenAICompatibility()
        adjust(&compatibility)
        let dialect = OpenAIDialect(compatibility, url: url)
        return try JSONParser.parse(OpenAIChatRequest(request, provider: "openai", dialect: dialect).body)
    }

    private var conversation: [ModelMessage] {
        let call = ToolCall(id: "toolu|1", name: "read", arguments: ["path": "a.txt", "limit": 3])
        return [
            .user(UserMessage(content: [.text("Hello."), .image(data: "AAAA", mimeType: "image/png")], timestamp: 0)),
            .assistant(
                AssistantMessage(
                    content: [.thinking("I must look.", signature: nil), .toolCall(call)], api: "openai-completions",
                    model: ModelReference(provider: "openai", model: "m"), usage: TokenUsage(), stopReason: .toolUse,
                    timestamp: 0)),
            .toolResult(
                ToolResultMessage(
                    toolCallID: "toolu|1", toolName: "read",
                    content: [.text("the text"), .image(data: "BBBB", mimeType: "image/jpeg")], isError: false,
                    timestamp: 0)),
            .user(UserMessage(content: [.text("And"), .text("now?")], timestamp: 0)),
        ]
    }

    private var request: ModelRequest {
        let tool = ToolDefinition(
            name: "read", summary: "Reads", description: "Reads a file.", parameters: ["type": "object"], group: "fs")
        return ModelRequest(
            model: model, system: "You are brief.", messages: conversation, tools: [tool], thinking: .medium)
    }

    private func plain(_ level: ThinkingLevel = .off, model: ModelDescription? = nil) -> ModelRequest {
        ModelRequest(
            model: model ?? self.model, system: "S",
            messages: [.user(UserMessage(content: [.text("a")], timestamp: 0))], tools: [], thinking: level)
    }

    @Test func writesAWholeConversationForOpenAI() throws {
        expectGolden(try body(request, at: home).prettyText + "\n", "openai-request.json")
    }

    @Test func writesAWholeConversationForAnOddServer() throws {
        let body = try body(request, at: elsewhere) {
            $0.supportsStore = true
            $0.supportsDeveloperRole = true
            $0.supportsReasoningEffort = true
            $0.supportsUsageInStreaming = false
            $0.supportsStrictMode = true
            $0.maxTokensField = "max_output"
            $0.requiresToolResultName = true
            $0.requiresAssistantAfterToolResult = true
            $0.requiresThinkingAsText = true
            $0.requiresMistralToolIDs = true
            $0.returnsReasoning = true
        }
        expectGolden(body.prettyText + "\n", "openai-request-compatible.json")
    }

    /// A vendor that signs its calls wants the signature back; another one would not know what it is.
    @Test(arguments: [
        ("openai", "openai-completions", true), ("google", "openai-completions", false), ("openai", "x", false),
    ])
    func signaturesGoBackToWhoGaveThem(provider: String, api: String, isSent: Bool) throws {
        let call = ToolCall(id: "a", name: "read", arguments: [:], signature: "c2ln")
        var request = plain()
        request.messages.append(
            .assistant(
                AssistantMessage(
                    content: [.toolCall(call)], api: api, model: ModelReference(provider: provider, model: "m"),
                    usage: TokenUsage(), stopReason: .toolUse, timestamp: 0)))
        var expected: JSONObject = ["id": "a", "type": "function", "function": ["name": "read", "arguments": "{}"]]
        if isSent { expected["extra_content"] = ["google": ["thought_signature": "c2ln"]] }
        let messages = try body(request, at: elsewhere)["messages"]?.arrayValue
        #expect(messages?.last?["tool_calls"] == [.object(expected)])
    }

    @Test func isPlainForOtherHosts() throws {
        #expect(
            try body(plain(.high), at: elsewhere) == [
                "model": "gpt-5.2",
                "messages": [["role": "system", "content": "S"], ["role": "user", "content": "a"]], "stream": true,
                "stream_options": ["include_usage": true], "max_tokens": 128_000,
            ])
    }

    @Test(arguments: [
        (ThinkingLevel.off, nil), (.minimal, "minimal"), (.low, "low"), (.medium, "medium"), (.high, "high"),
        (.xhigh, "xhigh"), (.adaptive, "medium"),
    ])
    func asksForEffort(level: ThinkingLevel, effort: String?) throws {
        #expect(try body(plain(level), at: home)["reasoning_effort"]?.stringValue == effort)
    }

    @Test func lowersEffortThatAModelLacks() throws {
        var older = model
        older.reference.model = "gpt-5.1"
        #expect(try body(plain(.xhigh, model: older), at: home)["reasoning_effort"] == "high")
    }

    @Test(arguments: [true, false]) func asksForThinkingInOtherForms(isOn: Bool) throws {
        let request = plain(isOn ? .low : .off)
        let zai = try body(request, at: elsewhere) { $0.thinkingFormat = .zai }
        #expect(zai["thinking"] == ["type": isOn ? "enabled" : "disabled"])
        let qwen = try body(request, at: elsewhere) { $0.thinkingFormat = .qwen }
        #expect(qwen["enable_thinking"] == .bool(isOn))
    }

    @Test func keepsTheAnswerInsideTheWindow() throws {
        var small = model
        small.contextWindow = 4096
        small.maxOutputTokens = 8192
        let limit = try body(plain(model: small), at: elsewhere)["max_tokens"]?.intValue ?? 0
        #expect(limit > 3900 && limit < 4096)
        small.contextWindow = 10
        #expect(try body(plain(model: small), at: elsewhere)["max_tokens"] == 256)
    }

    @Test func saysThatThereWasAnImage() throws {
        var blind = request
        blind.model.acceptsImages = false
        let messages = try body(blind, at: home)["messages"]?.arrayValue
        #expect(messages?[1]["content"] == "Hello.\n[An image was here; GPT-5.2 cannot see images.]")
        #expect(messages?[3]["content"] == "the text\n[An image was here; GPT-5.2 cannot see images.]")
        #expect(messages?.count == 5)
    }
}
