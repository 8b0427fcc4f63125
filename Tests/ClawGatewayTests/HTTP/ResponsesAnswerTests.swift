import ClawAgent
import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawGateway

/// What the events of a run are to a client of OpenAI's responses: each kind of end, event by event.
@Suite struct ResponsesAnswerTests {
    private let body =
        #"{"model":"openclaw","input":"Hi","instructions":"Be brief.","max_output_tokens":50,"metadata":{"a":"b"}}"#

    private func answer() throws -> ResponsesAnswer {
        let request = try ResponsesRequest(
            try #require(try JSONParser.parse(body).objectValue), ResponsesRequestTests.settings)
        return ResponsesAnswer(id: "resp_1", item: "msg_1", created: 7, request: request)
    }

    private func finished(_ text: String, calls: [ToolCall] = [], stop: StopReason = .stop) -> RunEvent.Body {
        // The counts of the last call of the model, which are not those of the run.
        let message = AssistantMessage(
            content: [.text(text)] + calls.map { .toolCall($0) }, api: "x",
            model: ModelReference(provider: "a", model: "b"), usage: TokenUsage(input: 999, output: 999),
            stopReason: stop, timestamp: 0)
        return .finished(message: message, text: text)
    }

    private static let hello: [RunEvent.Body] = [
        .started, .text(full: "Hel", delta: "Hel"), .text(full: "Hello.", delta: "lo."),
    ]

    /// As the feed gives it: the last event knows what the run cost.
    private func fed(_ body: RunEvent.Body) -> RunFeed.Event {
        let usage = TokenUsage(input: 10, output: 3, cacheRead: 5, cacheWrite: 1)
        return RunFeed.Event(body, usage: body.isTerminal ? usage : nil)
    }

    private static let calls = [
        ToolCall(id: "call_1", name: "clock", arguments: ["zone": "UTC"]),
        ToolCall(id: "call_2", name: "dice", arguments: [:]),
    ]

    private func ends() -> [(name: String, events: [RunEvent.Body])] {
        [
            ("completed", Self.hello + [finished("Hello.")]),
            ("silent", [.text(full: "NO_REPLY", delta: "NO_REPLY"), .finished(message: nil, text: "")]),
            ("incomplete", Self.hello + [finished("Hello. And", stop: .length)]),
            ("calls", [.started, finished("", calls: Self.calls, stop: .toolUse)]),
            ("calls-after-text", Self.hello + [finished("Hello.", calls: [Self.calls[0]], stop: .toolUse)]),
            ("failed", [.started, .failed(message: "No key.")]),
            ("failed-after-text", Self.hello + [.failed(message: "The model went away.")]),
            ("stopped", Self.hello + [.aborted(reason: .stop, partialText: "Hello.")]),
            ("stopped-before-text", [.started, .aborted(reason: .rpc, partialText: "")]),
            ("shutdown", Self.hello + [.aborted(reason: .shutdown, partialText: "Hello.")]),
            ("timed-out", Self.hello + [.aborted(reason: .timeout, partialText: "Hello.")]),
            (
                "taken-back",
                [
                    .text(full: "One", delta: "One"), .text(full: "", delta: ""), .text(full: "Two", delta: "Two"),
                    finished("Two."),
                ]
            ),
        ]
    }

    @Test func everyEndHasItsEvents() throws {
        for (name, events) in ends() {
            var answer = try answer()
            let told = answer.opening() + events.flatMap { answer.events(for: fed($0)) }
            expectGolden(told.map { $0.text + "\n" }.joined(), "responses-\(name).txt")
            #expect(told.map { $0["sequence_number"]?.intValue } == Array(0..<told.count).map { $0 })
        }
    }

    /// One who does not ask for a stream gets what the last event of a stream holds.
    @Test(arguments: [
        "completed", "calls", "silent", "incomplete", "stopped", "stopped-before-text", "shutdown",
        "timed-out", "taken-back",
    ])
    func theWholeAnswerIsThatOfTheLastEvent(_ name: String) throws {
        let events = try #require(ends().first { $0.name == name }).events
        var answer = try answer()
        let last = events.flatMap { answer.events(for: fed($0)) }.last
        let end = try #require(events.last.flatMap { OpenAIEnd(fed($0)) })
        #expect(answer.resource(end) == last?["response"])
    }
}
