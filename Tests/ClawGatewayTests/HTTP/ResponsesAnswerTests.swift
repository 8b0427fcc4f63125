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

    private func finished(
        _ text: String, usage: TokenUsage = TokenUsage(input: 10, output: 3, cacheRead: 5, cacheWrite: 1),
        stop: StopReason = .stop
    ) -> RunEvent.Body {
        let message = AssistantMessage(
            content: [.text(text)], api: "x", model: ModelReference(provider: "a", model: "b"), usage: usage,
            stopReason: stop, timestamp: 0)
        return .finished(message: message, text: text)
    }

    private static let hello: [RunEvent.Body] = [
        .started, .text(full: "Hel", delta: "Hel"), .text(full: "Hello.", delta: "lo."),
    ]

    private func ends() -> [(name: String, events: [RunEvent.Body])] {
        [
            ("completed", Self.hello + [finished("Hello.")]),
            ("silent", [.text(full: "NO_REPLY", delta: "NO_REPLY"), .finished(message: nil, text: "")]),
            ("incomplete", Self.hello + [finished("Hello. And", stop: .length)]),
            ("failed", [.started, .failed(message: "No key.")]),
            ("failed-after-text", Self.hello + [.failed(message: "The model went away.")]),
            ("stopped", Self.hello + [.aborted(reason: .stop, partialText: "Hello.")]),
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
            let told = answer.opening() + events.flatMap { answer.events(for: $0) }
            expectGolden(told.map { $0.text + "\n" }.joined(), "responses-\(name).txt")
            #expect(told.map { $0["sequence_number"]?.intValue } == Array(0..<told.count).map { $0 })
        }
    }

    /// One who does not ask for a stream gets what the last event of a stream holds.
    @Test(arguments: ["completed", "silent", "incomplete", "stopped", "timed-out", "taken-back"])
    func theWholeAnswerIsThatOfTheLastEvent(_ name: String) throws {
        let events = try #require(ends().first { $0.name == name }).events
        var answer = try answer()
        let last = events.flatMap { answer.events(for: $0) }.last
        let end = try #require(events.last.flatMap { OpenAIEnd($0) })
        #expect(answer.resource(end) == last?["response"])
    }
}
