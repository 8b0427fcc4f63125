import ClawAgent
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

struct ChatStreamTests {
    private let session = SessionKey(canonical: "agent:main:main")
    private let run = RunID("run-1")

    private func event(_ sequence: Int, _ body: RunEvent.Body) -> RunEvent {
        RunEvent(run: run, session: session, sequence: sequence, timestamp: 1000 + Int64(sequence), body: body)
    }

    /// Feeds events with their times and gives the frames as text.
    private func frames(_ events: [(Int64, RunEvent.Body)], showsToolResults: Bool = false) -> String {
        var stream = ChatStream(run: run, session: session, showsToolResults: showsToolResults)
        var lines: [String] = []
        for (position, (time, body)) in events.enumerated() {
            for output in stream.receive(event(position + 1, body), now: time) {
                switch output {
                case .broadcast(let name, let payload, let isDroppable):
                    lines.append("\(time) \(name)\(isDroppable ? " droppable" : "") \(payload.text)")
                case .toolEvent(let payload): lines.append("\(time) tool \(payload.text)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func message(_ text: String) -> AssistantMessage {
        AssistantMessage(
            content: [.text(text)], api: "x", model: ModelReference(provider: "p", model: "m"), usage: TokenUsage(),
            stopReason: .stop, timestamp: 1)
    }

    @Test func aRunFromStartToEnd() {
        let call = ToolCall(id: "t1", name: "read", arguments: ["path": "a"])
        expectGolden(
            frames([
                (0, .started), (1, .thinking(full: "hm", delta: "hm")), (2, .text(full: "He", delta: "He")),
                (100, .text(full: "Hell", delta: "ll")), (152, .text(full: "Hello", delta: "o")),
                (160, .toolStarted(call)), (170, .toolFinished(callID: "t1", name: "read", .text("secret"))),
                (180, .text(full: "Hello you", delta: " you")),
                (190, .finished(message: message("Hello you"), text: " Hello you\n")),
                (200, .text(full: "late", delta: "late")),
            ]), "chat-run.txt")
    }

    /// However short before the call it was said.
    @Test func textStandsBeforeTheToolCallThatFollowsIt() {
        let call = ToolCall(id: "t1", name: "read", arguments: [:])
        expectGolden(
            frames([
                (0, .text(full: "Let", delta: "Let")), (10, .text(full: "Let me look.", delta: " me look.")),
                (20, .toolStarted(call)), (30, .toolStarted(call)),
            ]), "chat-before-tool.txt")
    }

    @Test func endings() {
        let long = String(repeating: "x", count: 300)
        let text =
            "failed\n" + frames([(0, .started), (1, .text(full: "He", delta: "He")), (2, .failed(message: long))])
            + "aborted\n"
            + frames([(0, .text(full: "He", delta: "He")), (1, .aborted(reason: .rpc, partialText: "He "))])
            + "aborted at once\n" + frames([(0, .aborted(reason: .timeout, partialText: ""))])
            + "silent\n"
            + frames([
                (0, .text(full: "NO_", delta: "NO_")), (200, .text(full: "NO_REPLY", delta: "REPLY")),
                (400, .finished(message: nil, text: "")),
            ])
            + "fallback\n"
            + frames([
                (
                    0,
                    .fallback(
                        selected: ModelReference(provider: "a", model: "b"),
                        active: ModelReference(provider: "c", model: "d"), reason: "rate_limit")
                )
            ])
        expectGolden(text, "chat-endings.txt")
    }

    @Test func resultsOfToolsAreShownWhenAskedFor() {
        let image = ContentBlock.image(data: "QUJD", mimeType: "image/png")
        let result = ToolResult(content: [.text(String(repeating: "y", count: 8001)), image], isError: true)
        let text = frames([(0, .toolFinished(callID: "t", name: "read", result))], showsToolResults: true)
        #expect(text.contains("\\n…(truncated)…"))
        #expect(text.contains(#"{"type":"image","mimeType":"image/png","omitted":true,"bytes":4}"#))
        #expect(text.contains(#""isError":true"#))
    }
}
