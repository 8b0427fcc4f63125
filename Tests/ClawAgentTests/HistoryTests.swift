import ClawAgent
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct HistoryTests {
    private let model = ScriptedModel(time: ManualTimeSource()).models[0]

    private func user(_ text: String) -> ModelMessage {
        .user(UserMessage(content: [.text(text)], timestamp: 1))
    }

    private func assistant(_ content: [ContentBlock], of other: ModelReference? = nil) -> ModelMessage {
        .assistant(
            AssistantMessage(
                content: content, api: "x", model: other ?? model.reference, usage: TokenUsage(), stopReason: .stop,
                timestamp: 2))
    }

    private func call(_ id: String) -> ContentBlock { .toolCall(ToolCall(id: id, name: "look", arguments: [:])) }

    private func result(_ id: String, _ text: String, isError: Bool = false, timestamp: Int64 = 2) -> ModelMessage {
        .toolResult(
            ToolResultMessage(
                toolCallID: id, toolName: "look", content: [.text(text)], isError: isError, timestamp: timestamp))
    }

    @Test func pairsAreRepaired() {
        let history = [
            assistant([.text("before anybody spoke")]), result("x", "orphan"), user("a"),
            assistant([call("1"), call("2")]), result("2", "two"), result("9", "nobody asked"), user("b"), user("c"),
            assistant([]), assistant([.text("d")]), assistant([.text("e")]),
        ]
        let expected: [ModelMessage] = [
            user("a"), assistant([call("1"), call("2")]),
            result("1", "interrupted by restart", isError: true), result("2", "two"),
            .user(UserMessage(content: [.text("b"), .text("c")], timestamp: 1)),
            assistant([.text("d"), .text("e")]),
        ]
        #expect(HistoryRepair.repair(history, for: model) == expected)
    }

    @Test func whatTheModelCannotReadGoes() {
        var blind = model
        blind.acceptsImages = false
        let history: [ModelMessage] = [
            .user(UserMessage(content: [.text("see"), .image(data: "AA", mimeType: "image/png")], timestamp: 1)),
            assistant(
                [.thinking("hm", signature: "s"), .text("ok")], of: ModelReference(provider: "other", model: "m")),
        ]
        let repaired = HistoryRepair.repair(history, for: blind)
        #expect(
            repaired[0]
                == .user(
                    UserMessage(
                        content: [.text("see"), .text("[image left out: this model reads no images]")], timestamp: 1)))
        #expect(repaired[1] == assistant([.text("ok")], of: ModelReference(provider: "other", model: "m")))
        #expect(
            HistoryRepair.repair([user("q"), assistant([.thinking("hm", signature: "s"), .text("ok")])], for: model)[1]
                == assistant([.thinking("hm", signature: "s"), .text("ok")]))
    }

    @Test func onlyTheLastTurnsRemain() {
        let history = [user("a"), assistant([.text("1")]), user("b"), assistant([.text("2")]), user("c")]
        #expect(HistoryRepair.lastTurns(2, of: history) == Array(history[2...]))
        #expect(HistoryRepair.lastTurns(nil, of: history) == history)
        #expect(HistoryRepair.lastTurns(9, of: history) == history)
    }

    @Test func oldResultsGoFirstThenOldTurns() {
        let big = String(repeating: "x", count: 4000)
        let history = [
            user("a"), assistant([call("1")]), result("1", big), assistant([.text("1")]), user("b"),
            assistant([call("2")]), result("2", big),
        ]
        let fitted = HistoryBudget(limit: 1200).fit(history)
        #expect(fitted.count == 7)
        #expect(fitted[2] == result("1", "[old tool result left out to save space]"))
        #expect(fitted[6] == result("2", big))
        #expect(HistoryBudget(limit: 1040).fit(history) == Array(history[4...]))
    }

    /// Random histories, random limits: always legal, always within the limit (also when a single message is longer than that).
    @Test func anyHistoryBecomesLegalAndFits() {
        var random = SeededGenerator(seed: 3)
        for round in 0..<400 {
            let history = randomHistory(&random)
            let limit = Int.random(in: 200...4000, using: &random)
            let repaired = HistoryRepair.repair(history, for: model)
            let fitted = HistoryBudget(limit: limit).fit(repaired)
            #expect(isLegal(fitted), "round \(round)")
            #expect(fitted == HistoryBudget(limit: limit).fit(repaired), "the same way each time")
            let cost = fitted.reduce(0) { $0 + TokenEstimate.tokens(in: $1) }
            #expect(cost <= limit, "round \(round): \(cost) of \(limit) in \(fitted.count)")
            if case .user(let first)? = history.last, case .user(let kept)? = fitted.last {
                #expect(kept.content.isEmpty == first.content.isEmpty)
            }
        }
    }

    private func randomHistory(_ random: inout SeededGenerator) -> [ModelMessage] {
        var history: [ModelMessage] = []
        for number in 0..<Int.random(in: 1...30, using: &random) {
            let text = String(repeating: "wörd ", count: Int.random(in: 0...400, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1: history.append(user("u\(number) " + text))
            case 2: history.append(assistant([.text(text)]))
            case 3: history.append(assistant([.text("t"), call("c\(number)"), call("d\(number)")]))
            default: history.append(result(Bool.random(using: &random) ? "c\(number - 1)" : "d\(number - 1)", text))
            }
        }
        history.append(user("last " + String(repeating: "x", count: Int.random(in: 0...20_000, using: &random))))
        return history
    }

    private func isLegal(_ messages: [ModelMessage]) -> Bool {
        guard case .user? = messages.first else { return false }
        var open: [String] = []
        var last = ""
        for message in messages {
            switch message {
            case .user:
                if !open.isEmpty || last == "user" { return false }
                last = "user"
            case .assistant(let answer):
                if !open.isEmpty || last == "assistant" || answer.content.isEmpty { return false }
                open = answer.toolCalls.map(\.id)
                last = open.isEmpty ? "assistant" : "results"
            case .toolResult(let result):
                guard let first = open.first, first == result.toolCallID else { return false }
                open.removeFirst()
            }
        }
        return open.isEmpty
    }
}
