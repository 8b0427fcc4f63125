import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

@Suite struct AnthropicStreamTests {
    private func read(_ events: [String]) throws -> [ModelEvent] {
        let vendor = VendorFault(name: "Acme", keySource: "KEY", secret: nil, model: "acme/m")
        var reader = AnswerReader(stream: AnthropicStream(vendor: vendor, price: ModelPrice()), vendor: vendor)
        let head = IncomingHead(status: 200, headers: ["content-type": "text/event-stream"])
        var result = try reader.receive(head, [])
        for event in events { result += try reader.receive(head, Array("data: \(event)\n\n".utf8)) }
        return try result + reader.end()
    }

    private let stop = [
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"#,
        #"{"type":"message_stop"}"#,
    ]

    @Test func givesThinkingAndItsSignature() throws {
        let events = try read(
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me "}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"see."}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2l"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"n"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"ZW5j"}}"#,
                #"{"type":"content_block_stop","index":1}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":"A"}}"#,
                #"{"type":"content_block_stop","index":2}"#,
            ] + stop)
        #expect(
            events == [
                .thinking("Let me "), .thinking("see."), .thinkingSignature("c2ln"),
                .thinkingSignature("redacted:ZW5j"), .text("A"), .usage(TokenUsage(input: 0, output: 5)),
                .finished(.stop),
            ])
    }

    @Test func joinsWhatArrivesTogether() throws {
        let vendor = VendorFault(name: "Acme", keySource: "KEY", secret: nil, model: "acme/m")
        var reader = AnswerReader(stream: AnthropicStream(vendor: vendor, price: ModelPrice()), vendor: vendor)
        let head = IncomingHead(status: 200, headers: [:])
        let piece =
            #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ab"}}"# + "\n\n"
        #expect(try reader.receive(head, Array((piece + piece + piece).utf8)) == [.text("ababab")])
    }

    @Test func countsTokensOfTheCache() throws {
        let usage =
            #"{"input_tokens":7,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"output_tokens":1}"#
        let events = try read([#"{"type":"message_start","message":{"usage":\#(usage)}}"#] + stop)
        #expect(
            events == [
                .usage(TokenUsage(input: 7, output: 1, cacheRead: 100, cacheWrite: 20)),
                .usage(TokenUsage(input: 7, output: 5, cacheRead: 100, cacheWrite: 20)), .finished(.stop),
            ])
    }

    @Test(arguments: [
        ("end_turn", StopReason.stop), ("stop_sequence", .stop), ("max_tokens", .length), ("tool_use", .toolUse),
        ("refusal", .error), ("model_context_window_exceeded", .length), ("something_new", .stop),
    ])
    func mapsStopReasons(name: String, reason: StopReason) throws {
        let events = try read([
            #"{"type":"message_delta","delta":{"stop_reason":"\#(name)"}}"#, #"{"type":"message_stop"}"#,
        ])
        #expect(events == [.finished(reason)])
    }

    private func toolCall(_ json: String) -> [String] {
        [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"read","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\#(json)"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
        ]
    }

    @Test func takesACallWithoutArguments() throws {
        let events = try read(toolCall("") + stop)
        #expect(events.first == .toolCall(ToolCall(id: "t", name: "read", arguments: [:])))
    }

    @Test func reportsArgumentsThatAreNoJSON() throws {
        let error = ProviderError(
            .server, "acme/m wrote a call of the tool read whose arguments are not a JSON object.")
        #expect(throws: error) { try read(toolCall("[1") + stop) }
        #expect(throws: error) { try read(toolCall("[1]") + stop) }
    }

    @Test func dropsACallThatTheTokenLimitCutOff() throws {
        let end = [#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}"#, #"{"type":"message_stop"}"#]
        #expect(try read(toolCall("{") + end) == [.finished(.length)])
    }

    @Test(arguments: [
        #"{"type":"content_block_delta","index":4,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        #"{"type":"content_block_start","index":0}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t"}}"#,
        #"{"type":"content_block_delta","index":0}"#, "not json", "",
    ])
    func refusesWhatMakesNoSense(event: String) {
        do {
            _ = try read([event] + stop)
            Issue.record("accepted \(event)")
        } catch {
            #expect((error as? ProviderError)?.reason == .format)
        }
    }

    @Test func refusesAnEndInTheMiddleOfABlock() throws {
        let events = [toolCall("{}")[0]] + stop
        #expect(throws: ProviderError(.timeout, "Acme ended its answer before it was complete.")) { try read(events) }
    }
}
