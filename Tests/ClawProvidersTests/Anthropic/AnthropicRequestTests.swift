import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawProviders

@Suite struct AnthropicRequestTests {
    private let model = ModelDescription(
        reference: ModelReference(provider: "anthropic", model: "claude-sonnet-4-5"), name: "Claude Sonnet 4.5",
        contextWindow: 200_000, maxOutputTokens: 64_000, reasoning: true, acceptsImages: true)

    private func body(_ request: ModelRequest, cachesPrompt: Bool = false) throws -> JSONValue {
        try JSONParser.parse(AnthropicRequest(request, provider: "anthropic", cachesPrompt: cachesPrompt).body)
    }

    private func user(_ text: String) -> ModelMessage { .user(UserMessage(content: [.text(text)], timestamp: 0)) }

    private func assistant(
        _ content: [ContentBlock], api: String = "anthropic-messages", provider: String = "anthropic"
    ) -> ModelMessage {
        .assistant(
            AssistantMessage(
                content: content, api: api, model: ModelReference(provider: provider, model: "m"), usage: TokenUsage(),
                stopReason: .stop, timestamp: 0))
    }

    private func result(_ id: String, _ content: [ContentBlock], isError: Bool = false) -> ModelMessage {
        .toolResult(
            ToolResultMessage(toolCallID: id, toolName: "read", content: content, isError: isError, timestamp: 0))
    }

    private let call = ContentBlock.toolCall(ToolCall(id: "toolu_1", name: "read", arguments: ["path": "a.txt"]))

    @Test func writesAWholeConversation() throws {
        let tool = ToolDefinition(
            name: "read", summary: "Reads", description: "Reads a file.",
            parameters: ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]],
            group: "fs")
        let request = ModelRequest(
            model: model, system: "You are brief.",
            messages: [
                user("Hello."),
                .user(UserMessage(content: [.image(data: "AAAA", mimeType: "image/png")], timestamp: 0)),
                assistant([
                    .thinking("I must look.", signature: "c2ln"), .thinking("", signature: "redacted:ZW5j"),
                    .text("I look."), call,
                    .toolCall(ToolCall(id: "call|two", name: "read", arguments: [:])),
                ]),
                result("toolu_1", [.text("the text"), .image(data: "BBBB", mimeType: "image/jpeg")]),
                result("call|two", [.text("")], isError: true), user("And now?"),
            ], tools: [tool], thinking: .medium)
        expectGolden(try body(request, cachesPrompt: true).prettyText + "\n", "anthropic-request.json")
    }

    /// The vendor refuses to think where a call is demanded.
    @Test(
        arguments: [
            (ToolChoice.required, #"{"type":"any"}"#), (.named("read"), #"{"type":"tool","name":"read"}"#),
            (.auto, nil),
        ] as [(ToolChoice, String?)])
    func demandsACall(_ choice: ToolChoice, _ written: String?) throws {
        let tool = ToolDefinition(name: "read", summary: "", description: "", parameters: [:], group: "fs")
        let request = ModelRequest(
            model: model, system: "", messages: [user("a")], tools: [tool], toolChoice: choice, thinking: .high)
        let body = try body(request)
        #expect(body["tool_choice"]?.text == written)
        #expect((body["thinking"] == nil) == (written != nil))
    }

    @Test func leavesForeignAndUnsignedThinkingOut() throws {
        let request = ModelRequest(
            model: model, system: "",
            messages: [
                user("a"), assistant([.thinking("x", signature: "s"), .text("1")], api: "openai-completions"),
                user("b"), assistant([.thinking("x", signature: "s"), .text("2")], provider: "minimax"),
                user("c"), assistant([.thinking("x", signature: nil), .text("3")]), user("d"),
            ], tools: [], thinking: .low)
        let body = try body(request)
        #expect(body["system"] == nil)
        #expect(body["tools"] == nil)
        let contents = body["messages"]?.arrayValue?.compactMap { $0["content"]?.arrayValue }
        #expect(contents?.map(\.count) == [1, 1, 1, 1, 1, 1, 1])
    }

    @Test func leavesSignedThinkingOutWhenThinkingIsOff() throws {
        let request = ModelRequest(
            model: model, system: "",
            messages: [user("a"), assistant([.thinking("x", signature: "s"), .text("1")]), user("b")], tools: [])
        let body = try body(request)
        #expect(body["thinking"] == nil)
        #expect(body["messages"]?.arrayValue?[1]["content"] == [["type": "text", "text": "1"]])
    }

    @Test func mergesNeighboursAndSkipsEmptyMessages() throws {
        let request = ModelRequest(
            model: model, system: "",
            messages: [user("a"), user(""), assistant([.text("")]), user("b"), assistant([.text("c")]), user("d")],
            tools: [])
        let messages = try body(request)["messages"]?.arrayValue
        #expect(messages?.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(messages?.first?["content"] == [["type": "text", "text": "a"], ["type": "text", "text": "b"]])
    }

    @Test(arguments: [
        (ThinkingLevel.minimal, 1024), (.low, 4096), (.medium, 10_240), (.high, 24_576), (.xhigh, 32_768),
        (.adaptive, 4096),
    ])
    func givesThinkingABudget(level: ThinkingLevel, budget: Int) throws {
        let request = ModelRequest(model: model, system: "", messages: [user("a")], tools: [], thinking: level)
        #expect(try body(request)["thinking"] == ["type": "enabled", "budget_tokens": .int(budget)])
    }

    @Test func leavesRoomForTheAnswer() throws {
        var small = model
        small.maxOutputTokens = 4096
        let request = ModelRequest(model: small, system: "", messages: [user("a")], tools: [], thinking: .high)
        #expect(try body(request)["thinking"]?["budget_tokens"] == 3072)
        small.maxOutputTokens = 2000
        let tiny = ModelRequest(model: small, system: "", messages: [user("a")], tools: [], thinking: .high)
        #expect(try body(tiny)["thinking"] == nil)
    }

    @Test func letsNewModelsDecideForThemselves() throws {
        var new = model
        new.reference.model = "claude-opus-4-6"
        let request = ModelRequest(model: new, system: "", messages: [user("a")], tools: [], thinking: .adaptive)
        #expect(try body(request)["thinking"] == ["type": "adaptive"])
    }

    @Test func doesNotAskOthersToThink() throws {
        var plain = model
        plain.reasoning = false
        let request = ModelRequest(model: plain, system: "", messages: [user("a")], tools: [], thinking: .high)
        #expect(try body(request)["thinking"] == nil)
    }

    @Test func doesNotBeginToThinkBetweenCallAndResult() throws {
        let unsigned = [user("a"), assistant([call]), result("toolu_1", [.text("x")])]
        let request = ModelRequest(model: model, system: "", messages: unsigned, tools: [], thinking: .low)
        #expect(try body(request)["thinking"] == nil)
        let later = ModelRequest(model: model, system: "", messages: unsigned + [user("b")], tools: [], thinking: .low)
        #expect(try body(later)["thinking"] != nil)
        let signed = [user("a"), assistant([.thinking("t", signature: "s"), call]), result("toolu_1", [.text("x")])]
        let goingOn = ModelRequest(model: model, system: "", messages: signed, tools: [], thinking: .low)
        #expect(try body(goingOn)["thinking"] != nil)
    }

    @Test func saysThatThereWasAnImage() throws {
        var blind = model
        blind.acceptsImages = false
        let message = ModelMessage.user(
            UserMessage(content: [.image(data: "AAAA", mimeType: "image/png")], timestamp: 0))
        let request = ModelRequest(model: blind, system: "", messages: [message], tools: [])
        #expect(
            try body(request)["messages"]?.arrayValue?[0]["content"] == [
                ["type": "text", "text": "[An image was here; Claude Sonnet 4.5 cannot see images.]"]
            ])
    }
}
