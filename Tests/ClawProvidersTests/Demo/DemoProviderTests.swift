import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawProviders

@Suite struct DemoProviderTests {
    private func user(_ text: String) -> ModelMessage { .user(UserMessage(content: [.text(text)], timestamp: 0)) }

    private func result(_ tool: String, _ text: String, isError: Bool = false) -> ModelMessage {
        .toolResult(
            ToolResultMessage(
                toolCallID: "demo_1", toolName: tool, content: [.text(text)], isError: isError, timestamp: 0))
    }

    private func request(_ messages: [ModelMessage], tools: [String] = ["read", "sessions_list", "session_status"])
        -> ModelRequest
    {
        ModelRequest(
            model: DemoProvider().models[0], system: "", messages: messages,
            tools: tools.map {
                ToolDefinition(name: $0, summary: "", description: "", parameters: ["type": "object"], group: "")
            })
    }

    private func answer(_ messages: [ModelMessage]) async throws -> [[ModelEvent]] {
        var batches: [[ModelEvent]] = []
        try await DemoProvider().respond(to: request(messages)) { batches.append($0) }
        return batches
    }

    @Test func answersAsAgreed() {
        let sayings = [
            "hello", "Hi there!", "help", "What can you do?", "who are you", "thanks", "my name is Ada Lovelace.",
            "what is my name?", "repeat  After me: café", "read notes/today.md", "Read \"my file.txt\"",
            "list sessions", "What time is it?", "bye", "solve world hunger", "",
            "[WebChat Sun 2026-03-01 08:00 UTC] hello",
            "Read HEARTBEAT.md. If nothing needs attention, reply HEARTBEAT_OK.",
        ]
        var text = ""
        for saying in sayings {
            let reply = DemoScript(request([user(saying)])).reply
            text += "> \(saying)\n\(reply.text)\n"
            if let call = reply.toolCall {
                text += "[\(call.id) \(call.name) \(JSONValue.object(call.arguments).text)]\n"
            }
            text += "\n"
        }
        expectGolden(text, "demo-conversation.txt")
    }

    @Test func readsToolResults() {
        let results = [
            result("read", "line one\nline two"), result("read", ""), result("read", "no such file", isError: true),
            result("sessions_list", #"{"count":2,"sessions":[{"key":"agent:main:main"},{"key":"agent:main:irc"}]}"#),
            result("sessions_list", #"{"count":1,"sessions":[{"key":"agent:main:main"}]}"#),
            result("sessions_list", "odd"), result("session_status", "Time: 08:00"), result("other", "x"),
            result("read", String(repeating: "x", count: 3000)),
        ]
        let text = results.map { DemoScript(request([user("do"), $0])).reply.text }.joined(separator: "\n\n")
        expectGolden(text + "\n", "demo-tool-results.txt")
    }

    @Test func remembersTheLastName() {
        let history = [user("my name is Bob"), user("Call me Ada, please"), user("hello")]
        #expect(DemoScript(request(history)).reply.text.hasPrefix("Hello, Ada! I am a built-in script, not an AI."))
        #expect(DemoScript(request(history + [user("Who am I?")])).reply.text == "Your name is Ada.")
    }

    @Test func doesNotCallToolsThatItMayNotUse() {
        let reply = DemoScript(request([user("read a.txt")], tools: [])).reply
        #expect(
            reply == DemoScript.Reply("I would use the tool read for that, but I may not use it in this session."))
    }

    @Test func numbersItsCalls() {
        let history = [user("read a"), result("read", "x"), user("read b")]
        #expect(DemoScript(request(history)).reply.toolCall?.id == "demo_2")
    }

    @Test func streamsInPieces() async throws {
        let batches = try await answer([user("thanks")])
        #expect(
            batches == [
                [.text("You are welcome.")], [.usage(TokenUsage(input: 1, output: 4)), .finished(.stop)],
            ])
        let greeting = try await answer([user("hello")])
        #expect(greeting.count > 3)
        let call = try await answer([user("what time is it")])
        #expect(
            call == [
                [.text("I look at the clock.")],
                [
                    .toolCall(ToolCall(id: "demo_1", name: "session_status", arguments: [:])),
                    .usage(TokenUsage(input: 3, output: 5)), .finished(.toolUse),
                ],
            ])
    }

    @Test func losesNothingBetweenPieces() {
        for text in ["a. b! c? d\ne\n\nf", "…", "", String(repeating: "One. ", count: 50), "3.14 is e.g. a number"] {
            let pieces = DemoScript.Reply(text).pieces
            #expect(pieces.joined() == text)
            #expect(pieces.count <= 12)
        }
    }
}
