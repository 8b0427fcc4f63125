import ClawAgent
import ClawCore
import ClawSupport
import Testing

@testable import ClawGateway

/// What the events of a run are to a client of OpenAI's chat completions.
@Suite struct ChatCompletionTests {
    private func answer(_ text: String, calls: [ToolCall] = [], stop: StopReason = .stop) -> RunEvent.Body {
        // The counts of the last call of the model, which are not those of the run.
        let message = AssistantMessage(
            content: [.text(text)] + calls.map { .toolCall($0) }, api: "x",
            model: ModelReference(provider: "a", model: "b"), usage: TokenUsage(input: 999, output: 999),
            stopReason: stop, timestamp: 0)
        return .finished(message: message, text: text)
    }

    /// The deltas and the finish reasons of everything that is sent for these events.
    private func told(
        _ events: [RunEvent.Body], usage: TokenUsage? = nil, reportsUsage: Bool = false
    ) -> [String] {
        var completion = ChatCompletion(id: "c1", created: 7, model: "m", reportsUsage: reportsUsage)
        return events.flatMap { completion.chunks(for: RunFeed.Event($0, usage: usage)) }.map { chunk in
            guard let choice = chunk["choices"]?.arrayValue?.first else {
                return chunk["usage"]?.text ?? chunk["error"]?.text ?? "?"
            }
            return "\(choice["delta"]?.text ?? "?") \(choice["finish_reason"]?.text ?? "?")"
        }
    }

    @Test func aStreamTellsRoleTextAndReason() {
        let events: [RunEvent.Body] = [
            .started, .text(full: "Hel", delta: "Hel"), .text(full: "Hello.", delta: "lo."), answer("Hello."),
        ]
        #expect(
            told(events) == [
                #"{"role":"assistant","content":""} null"#, #"{"content":"Hel"} null"#, #"{"content":"lo."} null"#,
                #"{} "stop""#,
            ])
    }

    @Test func countsComeLastWhereTheyAreAskedFor() {
        let usage = TokenUsage(input: 10, output: 3, cacheRead: 5, cacheWrite: 1)
        let lines = told([answer("Hi", stop: .length)], usage: usage, reportsUsage: true)
        #expect(
            lines.suffix(2) == [
                #"{} "length""#, #"{"prompt_tokens":16,"completion_tokens":3,"total_tokens":19}"#,
            ])
    }

    @Test func silenceIsNeverShownAsItsToken() {
        let events: [RunEvent.Body] = [
            .text(full: "NO", delta: "NO"), .text(full: "NO_REPLY", delta: "_REPLY"), .finished(message: nil, text: ""),
        ]
        #expect(told(events).dropFirst() == [#"{"content":"No response from OpenClaw."} null"#, #"{} "stop""#])
    }

    @Test func aFailureIsToldAndEndsTheStream() {
        let lines = told([.text(full: "Half", delta: "Half"), .failed(message: "No key.")])
        #expect(
            lines.dropFirst(2) == [
                #"{"content":"\n\nError: No key."} null"#, #"{"message":"No key.","type":"api_error"}"#,
            ])
        #expect(told([.failed(message: "No key.")]).dropFirst().first == #"{"content":"Error: No key."} null"#)
    }

    /// What there is of the answer is told, and that it is none.
    @Test(arguments: [AbortReason.rpc, .stop, .superseded, .timeout, .shutdown])
    func aRunThatSomebodyEndsHasNoReasonToFinish(_ reason: AbortReason) {
        let error = #"{"message":"\#(reason.sentence)","type":"api_error"}"#
        let spoken = told([.text(full: "Ha", delta: "Ha"), .aborted(reason: reason, partialText: "Half")])
        #expect(spoken.dropFirst() == [#"{"content":"Ha"} null"#, #"{"content":"lf"} null"#, error])
        #expect(told([.started, .aborted(reason: reason, partialText: "")]) == [error])
    }

    @Test func whatASecondTryTakesBackIsNotSentTwice() {
        let events: [RunEvent.Body] = [
            .text(full: "One", delta: "One"), .text(full: "", delta: ""), .text(full: "On", delta: "On"),
            .text(full: "One more", delta: "e more"), answer("One more"),
        ]
        #expect(told(events).dropFirst(1) == [#"{"content":"One"} null"#, #"{"content":" more"} null"#, #"{} "stop""#])
    }

    private static let calls = [
        ToolCall(id: "call_1", name: "clock", arguments: ["zone": "UTC", "n": 1]),
        ToolCall(id: "call_2", name: "dice", arguments: [:]),
    ]

    @Test func callsEndAStream() {
        let told = told([answer("", calls: Self.calls, stop: .toolUse)])
        let first =
            #"{"id":"call_1","type":"function","function":{"name":"clock","arguments":"{\"zone\":\"UTC\",\"n\":1}"},"index":0}"#
        let second = #"{"id":"call_2","type":"function","function":{"name":"dice","arguments":"{}"},"index":1}"#
        #expect(
            told == [
                #"{"role":"assistant","content":null} null"#, #"{"tool_calls":[\#(first),\#(second)]} null"#,
                #"{} "tool_calls""#,
            ])
        let spoken = self.told([.text(full: "I look.", delta: "I look."), answer("I look.", calls: Self.calls)])
        #expect(spoken.prefix(2) == [#"{"role":"assistant","content":""} null"#, #"{"content":"I look."} null"#])
        #expect(spoken.dropFirst(2) == told.dropFirst(1))
    }

    @Test func aWholeAnswerHasItsCalls() {
        let completion = ChatCompletion(id: "c1", created: 7, model: "m")
        let whole = completion.whole(Self.calls, after: "", usage: TokenUsage(input: 2, output: 1))
        let choice = whole["choices"]?.arrayValue?.first
        #expect(choice?["finish_reason"] == "tool_calls")
        #expect(choice?["message"]?["content"] == .null)
        #expect(
            choice?["message"]?["tool_calls"]?.arrayValue?.last?.text
                == #"{"id":"call_2","type":"function","function":{"name":"dice","arguments":"{}"}}"#)
        #expect(
            completion.whole(Self.calls, after: "So.", usage: TokenUsage())["choices"]?.text.contains("So.") == true)
    }

    @Test func theWholeAnswerHasItsForm() {
        let completion = ChatCompletion(id: "c1", created: 7, model: "m")
        #expect(
            completion.whole("Hi", usage: TokenUsage(input: 2, output: 1), isCut: false).text
                == #"{"id":"c1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"#
                + #""assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1,"#
                + #""total_tokens":3}}"#)
    }
}

/// What a list of messages is to a session that keeps its own history.
@Suite struct OpenAIConversationTests {
    private func read(_ json: String) throws -> OpenAIConversation? {
        OpenAIConversation(messages: try JSONParser.parse(json).arrayValue ?? [])
    }

    @Test func oneMessageStandsAlone() throws {
        let conversation = try read(#"[{"role":"user","content":"Hi"}]"#)
        #expect(conversation?.prompt == "Hi")
        #expect(conversation?.system == nil)
    }

    @Test func whatCameBeforeIsContext() throws {
        let conversation = try read(
            #"""
            [{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"One"},
            {"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"two"}]},
            {"role":"assistant","content":"Yes?"},{"role":"developer","content":"In French."},
            {"role":"tool","name":"clock","content":"12:00"},{"role":"assistant","content":""}]
            """#)
        #expect(conversation?.system == "Be brief.\n\nIn French.")
        #expect(
            conversation?.prompt == """
                [Chat messages since your last reply - for context]
                User: One
                two
                Assistant: Yes?

                [Current message - respond to this]
                Tool:clock: 12:00
                """)
    }

    @Test func aResultHasTheNameOfItsFunction() throws {
        let conversation = try read(
            #"""
            [{"role":"user","content":"Time?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
            "function":{"name":"clock","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"noon"},
            {"role":"user","content":"And now?"}]
            """#)
        #expect(conversation?.prompt.contains("\nTool:clock: noon\n") == true)
    }

    @Test(arguments: [
        "[]", #"[{"role":"system","content":"x"}]"#, #"[{"role":"user","content":""}]"#, "[7]",
        #"[{"role":"assistant","content":"x"}]"#, #"[{"role":"user","content":7}]"#,
    ])
    func nothingToAnswerIsNoConversation(_ json: String) throws { #expect(try read(json) == nil) }
}
