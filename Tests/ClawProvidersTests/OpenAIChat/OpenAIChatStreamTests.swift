import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

@Suite struct OpenAIChatStreamTests {
    private let vendor = VendorFault(name: "Acme", keySource: "KEY", secret: nil, model: "acme/m")

    private func read(_ events: [String], type: String = "text/event-stream") throws -> [ModelEvent] {
        let stream = OpenAIChatStream(vendor: vendor, price: ModelPrice(), entropy: CountingEntropy())
        var reader = AnswerReader(stream: stream, vendor: vendor)
        let head = IncomingHead(status: 200, headers: ["content-type": type])
        var result = try reader.receive(head, [])
        for event in events { result += try reader.receive(head, Array("data: \(event)\n\n".utf8)) }
        return try result + reader.end()
    }

    private func whole(_ document: String) throws -> [ModelEvent] {
        let stream = OpenAIChatStream(vendor: vendor, price: ModelPrice(), entropy: CountingEntropy())
        var reader = AnswerReader(stream: stream, vendor: vendor)
        let head = IncomingHead(status: 200, headers: ["content-type": "application/json; charset=utf-8"])
        return try reader.receive(head, Array(document.utf8)) + reader.end()
    }

    private func delta(_ delta: String, finish: String? = nil) -> String {
        #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish.map { "\"\($0)\"" } ?? "null")}]}"#
    }

    private func calls(_ pieces: [String], finish: String = "tool_calls") throws -> [ToolCall] {
        let events = try read(pieces.map { delta(#"{"tool_calls":[\#($0)]}"#) } + [delta("{}", finish: finish)])
        return events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    @Test func givesThinkingUnderBothNames() throws {
        let events = try read([
            delta(#"{"reasoning_content":"a"}"#), delta(#"{"reasoning":"b","reasoning_details":[{}]}"#),
            delta(#"{"reasoning_content":"c","reasoning":"c","content":null}"#),
            delta(#"{"content":"d"}"#, finish: "stop"),
        ])
        #expect(events == [.thinking("a"), .thinking("b"), .thinking("c"), .text("d"), .finished(.stop)])
    }

    @Test func readsContentInParts() throws {
        let parts =
            #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"t"}]},{"type":"text","text":"x"}]}"#
        #expect(try read([delta(parts, finish: "stop")]) == [.thinking("t"), .text("x"), .finished(.stop)])
    }

    @Test func keepsTwoCallsApartByIndex() throws {
        let found = try calls([
            #"{"index":0,"id":"a","function":{"name":"read","arguments":""}}"#,
            #"{"index":1,"id":"b","function":{"name":"write","arguments":""}}"#,
            #"{"index":1,"function":{"arguments":"{\"y\":"}},{"index":0,"function":{"arguments":"{\"x\":1}"}}"#,
            #"{"index":1,"function":{"arguments":"2}"}}"#,
        ])
        #expect(
            found == [
                ToolCall(id: "a", name: "read", arguments: ["x": 1]),
                ToolCall(id: "b", name: "write", arguments: ["y": 2]),
            ])
    }

    /// A count that no vendor means must not end the process.
    @Test(arguments: [
        (
            #"{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}"#,
            TokenUsage(input: 100_000_000_000_000, output: 100_000_000_000_000)
        ),
        (
            #"{"prompt_tokens":5,"completion_tokens":-1,"prompt_tokens_details":{"cached_tokens":-9223372036854775808}}"#,
            TokenUsage(input: 5, output: 0)
        ),
    ])
    func countsBeyondAllMeasure(counts: String, expected: TokenUsage) throws {
        let events = try read([delta("{}", finish: "stop"), #"{"choices":[],"usage":\#(counts)}"#])
        #expect(events.contains(.usage(expected)))
        #expect(expected.total >= 5)
    }

    @Test func keepsTheSignatureOfACall() throws {
        let found = try calls([
            #"{"index":0,"id":"a","function":{"name":"read","arguments":"{}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}"#,
            #"{"index":1,"id":"b","function":{"name":"read","arguments":"{}"},"extra_content":{"google":{"thought_signature":7}}}"#,
        ])
        #expect(
            found == [
                ToolCall(id: "a", name: "read", arguments: [:], signature: "c2ln"),
                ToolCall(id: "b", name: "read", arguments: [:]),
            ])
    }

    @Test func takesWholeCallsThatShareAnIndex() throws {
        let found = try calls([
            #"{"index":0,"id":"a","function":{"name":"read","arguments":"{}"}}"#,
            #"{"index":0,"id":"b","function":{"name":"read","arguments":"{}"}}"#,
        ])
        #expect(found.map(\.id) == ["a", "b"])
    }

    @Test func takesCallsWithoutAnIndex() throws {
        let found = try calls([
            #"{"id":"a","function":{"name":"read","arguments":"{\"x\":"}}"#, #"{"function":{"arguments":"1}"}}"#,
            #"{"id":"b","function":{"name":"read","arguments":{"x":2}}}"#, #"{"function":{"name":"list"}}"#,
        ])
        #expect(
            found == [
                ToolCall(id: "a", name: "read", arguments: ["x": 1]),
                ToolCall(id: "b", name: "read", arguments: ["x": 2]),
                ToolCall(id: "call_010101010101010101010101", name: "list", arguments: [:]),
            ])
    }

    @Test func takesNameAndIDThatComeLate() throws {
        let found = try calls([
            #"{"index":0,"function":{"arguments":"{"}}"#,
            #"{"index":0,"id":"a","function":{"name":"read","arguments":"}"}}"#,
        ])
        #expect(found == [ToolCall(id: "a", name: "read", arguments: [:])])
    }

    @Test func repeatsAnIDWithoutMakingANewCall() throws {
        let found = try calls([
            #"{"index":0,"id":"a","function":{"name":"read","arguments":"{\"x\""}}"#,
            #"{"index":0,"id":"a","function":{"name":"read","arguments":":1}"}}"#,
        ])
        #expect(found == [ToolCall(id: "a", name: "read", arguments: ["x": 1])])
    }

    @Test func endsToolCallsWithTheRightReason() throws {
        let call = delta(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"read","arguments":"{}"}}]}"#)
        #expect(try read([call, delta("{}", finish: "stop")]).last == .finished(.toolUse))
        #expect(try read([call, "[DONE]"]).last == .finished(.toolUse))
        #expect(try read([delta("{}", finish: "tool_calls")]) == [.finished(.stop)])
    }

    @Test func reportsArgumentsThatAreNoJSON() {
        let error = ProviderError(
            .server, "acme/m wrote a call of the tool read whose arguments are not a JSON object.")
        let piece = #"{"index":0,"id":"a","function":{"name":"read","arguments":"{\"x"}}"#
        #expect(throws: error) { try calls([piece]) }
    }

    @Test func dropsACallThatTheTokenLimitCutOff() throws {
        let piece = #"{"index":0,"id":"a","function":{"name":"read","arguments":"{\"x"}}"#
        #expect(try calls([piece], finish: "length") == [])
    }

    @Test(arguments: [
        ("stop", StopReason.stop), ("length", .length), ("content_filter", .error), ("eos", .stop), ("end_turn", .stop),
    ])
    func mapsFinishReasons(name: String, reason: StopReason) throws {
        #expect(try read([delta("{}", finish: name)]) == [.finished(reason)])
    }

    @Test func countsTokensWhereverTheyAre() throws {
        let chunk =
            #"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":6}}}"#
        let counts = ModelEvent.usage(TokenUsage(input: 4, output: 4, cacheRead: 6))
        #expect(try read([delta("{}", finish: "stop"), chunk, "[DONE]"]) == [counts, .finished(.stop)])
        #expect(try read([delta("{}", finish: "stop"), chunk]) == [counts, .finished(.stop)])
        let inside =
            #"{"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":10,"completion_tokens":4}}]}"#
        #expect(try read([inside]) == [.usage(TokenUsage(input: 10, output: 4)), .finished(.stop)])
        let null = #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null,"error":null}"#
        #expect(try read([null]) == [.finished(.stop)])
    }

    @Test func ignoresWhatFollowsTheEnd() throws {
        #expect(try read([delta("{}", finish: "stop"), "[DONE]", "rubbish"]) == [.finished(.stop)])
    }

    @Test func readsAWholeDocument() throws {
        let document = #"""
            {"choices":[{"message":{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"a",
            "type":"function","function":{"name":"read","arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}],
            "usage":{"prompt_tokens":1,"completion_tokens":2}}
            """#
        #expect(
            try whole(document) == [
                .thinking("hm"), .toolCall(ToolCall(id: "a", name: "read", arguments: ["x": 1])),
                .usage(TokenUsage(input: 1, output: 2)), .finished(.toolUse),
            ])
    }

    @Test(arguments: ["{}", "[]", #"{"choices":[]}"#, #"{"choices":[{"index":0}]}"#, "{", "", "nonsense"])
    func refusesOtherDocuments(document: String) {
        do {
            _ = try whole(document)
            Issue.record("accepted \(document)")
        } catch {
            #expect((error as? ProviderError)?.reason == .format)
        }
    }

    @Test func passesOnErrors() {
        let limit = ProviderError(
            .rateLimit, "Acme is overloaded or its limit is reached (HTTP 429): slow.", status: 429)
        #expect(throws: limit) { try read([#"{"error":{"code":429,"message":"slow"}}"#]) }
        #expect(throws: limit) { try whole(#"{"error":{"code":429,"message":"slow"}}"#) }
        let failed = ProviderError(.server, "Acme failed (HTTP 500): broken.", status: 500)
        #expect(throws: failed) {
            try read([#"{"choices":[{"delta":{},"finish_reason":"error","error":{"message":"broken"}}]}"#])
        }
        #expect(throws: failed) { try read([#"{"object":"error","message":"broken"}"#]) }
    }
}
