package import ClawCore
package import ClawSupport
import Synchronization

/// A model that plays a script: one list of steps for each call, in order. It records what it was asked.
package final class ScriptedModel: ModelProvider {
    package enum Step: Sendable {
        /// One piece of network input.
        case batch([ModelEvent])
        case fail(ProviderError)
        case wait(Duration)
        /// Answers nothing more until the task is cancelled.
        case hang
        /// Runs a closure of the test, for what must happen in the middle of an answer.
        case act(@Sendable () async -> Void)
    }

    private struct State {
        var answers: [[Step]]
        var requests: [ModelRequest] = []
    }

    package let id: String
    package let api = "scripted-messages"
    package let models: [ModelDescription]
    private let time: any TimeSource
    private let state: Mutex<State>

    package init(
        id: String = "scripted", models names: [String] = ["one"], contextWindow: Int = 100_000,
        maxOutputTokens: Int = 4096, acceptsImages: Bool = true, time: any TimeSource, _ answers: [[Step]] = []
    ) {
        self.id = id
        models = names.map {
            ModelDescription(
                reference: ModelReference(provider: id, model: $0), name: $0, contextWindow: contextWindow,
                maxOutputTokens: maxOutputTokens, acceptsImages: acceptsImages,
                price: ModelPrice(input: 1, output: 2))
        }
        self.time = time
        state = Mutex(State(answers: answers))
    }

    /// Everything this model was asked.
    package var requests: [ModelRequest] { state.withLock { $0.requests } }

    package func append(_ answer: [Step]) { state.withLock { $0.answers.append(answer) } }

    /// Returns once the model was asked `count` times.
    package func waitForRequests(_ count: Int) async {
        while state.withLock({ $0.requests.count }) < count { await Task.yield() }
    }

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let answer = state.withLock { state -> [Step]? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw ProviderError(.format, "The script has no answer for this call.") }
        for step in answer {
            switch step {
            case .batch(let events): try await emit(events)
            case .fail(let error): throw error
            case .wait(let duration): try await time.sleep(for: duration)
            case .hang: try await time.sleep(for: .seconds(1 << 30))
            case .act(let action): await action()
            }
        }
    }
}

extension [ScriptedModel.Step] {
    /// An answer of plain text in one batch, with its token counts.
    package static func answer(_ text: String, usage: TokenUsage = TokenUsage(input: 10, output: 5)) -> Self {
        [.batch([.text(text), .usage(usage), .finished(.stop)])]
    }

    /// An answer that calls tools, after some words when there are any.
    package static func calls(_ calls: [ToolCall], text: String = "") -> Self {
        let words: [ModelEvent] = text.isEmpty ? [] : [.text(text)]
        return [
            .batch(
                words + calls.map { .toolCall($0) } + [.usage(TokenUsage(input: 20, output: 7)), .finished(.toolUse)])
        ]
    }

    package static func failure(_ reason: ProviderError.Reason, _ message: String = "It did not work.") -> Self {
        [.fail(ProviderError(reason, message))]
    }
}
