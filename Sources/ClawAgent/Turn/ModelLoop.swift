import ClawCore
import ClawStore
import ClawSupport
import Logging

/// The conversation between model and tools until the model is done. It runs in a task that an abort cancels; whatever
/// happens, it returns what there is to keep.
struct ModelLoop: Sendable {
    enum End: Sendable {
        case answered(AssistantMessage)
        /// The model calls tools that the asker runs: the answer with these calls alone.
        case handedOver(AssistantMessage)
        /// A tool's answer comes later; its row starts the next turn.
        case pending(WorkID)
        case failed(message: String)
        /// The task was cancelled; `partial` is what the model had said by then.
        case aborted(partial: AssistantMessage?)
    }

    struct Result: Sendable {
        var end: End
        var recorder: TurnRecorder
        var text: RunText
        var usage: SessionUsage
        var model: ModelDescription?
    }

    let ports: TurnPorts
    let plan: TurnPlan
    let emitter: RunEmitter
    let takeSteering: @Sendable () -> [PendingTurn]
    private var messages: [ModelMessage]
    private var recorder: TurnRecorder
    private var route: ModelRoute
    private var text = RunText()
    private var usage = SessionUsage()
    private var assembler: ContextAssembler?
    private var provider: (any ModelProvider)?
    private var collector = AnswerCollector()

    init(
        ports: TurnPorts, plan: TurnPlan, recorder: TurnRecorder, emitter: RunEmitter,
        takeSteering: @escaping @Sendable () -> [PendingTurn]
    ) {
        self.ports = ports
        self.plan = plan
        self.emitter = emitter
        self.takeSteering = takeSteering
        self.recorder = recorder
        messages = plan.messages
        route = ModelRoute(selected: plan.selectedModel, settings: plan.settings)
    }

    mutating func run() async -> Result {
        var end: End
        do {
            end = try await converse()
        } catch {
            if Task.isCancelled || error is CancellationError {
                end = .aborted(partial: partialAnswer())
            } else {
                ports.logger.error("turn failed", metadata: ["run": "\(emitter.run)", "error": "\(error)"])
                end = .failed(message: FailureText.sentence(for: error))
            }
        }
        return Result(end: end, recorder: recorder, text: text, usage: usage, model: assembler?.model)
    }

    private mutating func converse() async throws -> End {
        for round in 0...plan.settings.maximumToolRounds {
            let answer: AssistantMessage
            switch try await ask() {
            case .failure(let failure): return .failed(message: failure.message)
            case .success(let message): answer = recorder.makeUnique(clientTools?.renamed(message) ?? message)
            }
            messages.append(.assistant(answer))
            if answer.toolCalls.isEmpty { return .answered(answer) }
            recorder.add(.assistant(answer))
            let handedOver = clientTools?.handedOver(answer)
            let calls = answer.toolCalls.filter { clientTools?.has($0.name) != true }
            if let handedOver, calls.isEmpty { return .handedOver(handedOver) }
            if round == plan.settings.maximumToolRounds {
                for call in calls {
                    recorder.add(
                        .toolResult(result(of: call, .failure("The run has used up its \(round) rounds of tools."))))
                }
                return .failed(message: "The agent called tools \(round) times without coming to an answer.")
            }
            // Nothing may come between a call and its result, and the results of these calls come with another turn.
            let pending = try await runTools(calls, takesSteering: handedOver == nil)
            if let handedOver { return .handedOver(handedOver) }
            if let pending { return .pending(pending) }
        }
        return .failed(message: "The agent did not come to an answer.")
    }

    private var clientTools: ClientTools? { plan.batch.lead.clientTools }

    private struct GivenUp: Error {
        var message: String
    }

    /// One answer, from whichever model gives one.
    private mutating func ask() async throws -> Swift.Result<AssistantMessage, GivenUp> {
        while true {
            do throws(ProviderError) {
                return .success(try await askCurrentModel())
            } catch {
                try Task.checkCancellation()
                if let event = text.restart() { emitter.emit(event) }
                let failed = route.current
                ports.logger.notice(
                    "model call failed",
                    metadata: [
                        "model": "\(failed)", "reason": "\(error.reason.rawValue)", "message": "\(error.message)",
                    ])
                switch route.fail(error) {
                case .giveUp(let message): return .failure(GivenUp(message: message))
                case .trimAndRetry: continue
                case .next:
                    assembler = nil
                    emitter.emit(
                        .fallback(selected: plan.selectedModel, active: route.current, reason: error.reason.rawValue))
                }
            }
        }
    }

    private mutating func askCurrentModel() async throws(ProviderError) -> AssistantMessage {
        let (assembler, provider) = try current()
        collector = AnswerCollector()
        let request = assembler.request(messages, trim: route.trim)
        do {
            try await provider.respond(to: request) { batch in try await take(batch) }
        } catch let error as ProviderError {
            throw error
        } catch is CancellationError {
            throw ProviderError(.timeout, "The call was cancelled.")
        } catch {
            throw ProviderError(.server, FailureText.sentence(for: error))
        }
        if let event = text.close() { emitter.emit(event) }
        let message = collector.message(
            api: provider.api, model: assembler.model, timestamp: ports.time.nowMilliseconds, stopReason: .stop)
        usage.add(message.usage)
        // What an abort keeps from here on is the next answer, not this one again.
        collector = AnswerCollector()
        return message
    }

    /// The provider in use; made anew when the route has moved on.
    private mutating func current() throws(ProviderError) -> (ContextAssembler, any ModelProvider) {
        if let assembler, let provider { return (assembler, provider) }
        let found = try ports.models().resolve(route.current, contextTokens: plan.settings.contextTokens)
        let made = plan.assembler(for: found.model)
        assembler = made
        provider = found.provider
        return (made, found.provider)
    }

    /// Takes one batch of network input: one event for watchers, however many pieces it holds.
    private mutating func take(_ batch: [ModelEvent]) async throws {
        try Task.checkCancellation()
        var words = ""
        var thoughts = ""
        for event in batch {
            collector.take(event)
            switch event {
            case .text(let piece): words += piece
            case .thinking(let piece): thoughts += piece
            case .restarted:
                words = ""
                thoughts = ""
                if let event = text.restart() { emitter.emit(event) }
            default: break
            }
        }
        if let event = text.appendThought(thoughts) { emitter.emit(event) }
        if !words.isEmpty, let event = text.append(words) { emitter.emit(event) }
    }

    /// Runs the calls of one answer in order. Returns the work item that the turn waits for, if any.
    private mutating func runTools(_ calls: [ToolCall], takesSteering: Bool) async throws -> WorkID? {
        try await recorder.commitStarts(of: calls)
        var results: [ToolResultMessage] = []
        var steering: [PendingTurn] = []
        var pending: WorkID?
        for call in calls {
            if Task.isCancelled {
                results.append(result(of: call, .failure("The call was not made: the run was aborted.")))
                continue
            }
            if takesSteering, steering.isEmpty, !results.isEmpty { steering = takeSteering() }
            if !steering.isEmpty {
                results.append(result(of: call, .failure("Skipped because a newer message came in.")))
                continue
            }
            emitter.emit(.toolStarted(call))
            let answer = await dispatch(call)
            emitter.emit(.toolFinished(callID: call.id, name: call.name, answer))
            pending = pending ?? answer.pending
            results.append(result(of: call, answer))
        }
        try await recorder.commitResults(results)
        messages += results.map { .toolResult($0) }
        try Task.checkCancellation()
        if pending == nil, takesSteering { steer(steering.isEmpty ? takeSteering() : steering) }
        return pending
    }

    private mutating func steer(_ turns: [PendingTurn]) {
        for turn in turns {
            let message = plan.userMessage(for: turn, text: turn.text, images: turn.images)
            messages.append(.user(message))
            recorder.add(.user(message))
            if turn.queue.mode != .steerBacklog { recorder.merge(turn) }
        }
    }

    private func dispatch(_ call: ToolCall) async -> ToolResult {
        let lead = plan.batch.lead
        let window = assembler?.model.contextWindow ?? 200_000
        let invocation = ToolInvocation(
            callID: call.id, arguments: call.arguments, agent: lead.agent, session: lead.session, run: lead.run,
            workspace: plan.settings.workspace, senderIsOwner: lead.senderIsOwner)
        return await ports.tools.dispatch(
            call.name, invocation, policy: plan.settings.tools, timeout: plan.settings.toolTimeout,
            limit: min(400_000, window * 4 * 3 / 10))
    }

    private func result(of call: ToolCall, _ result: ToolResult) -> ToolResultMessage {
        ToolResultMessage(
            toolCallID: call.id, toolName: call.name, content: result.content, details: result.details,
            isError: result.isError, timestamp: ports.time.nowMilliseconds)
    }

    /// What an abort leaves of the answer that was being given. Calls that were not started go: nothing answers them.
    private func partialAnswer() -> AssistantMessage? {
        guard let assembler, let provider else { return nil }
        var message = collector.message(
            api: provider.api, model: assembler.model, timestamp: ports.time.nowMilliseconds, stopReason: .aborted)
        message.stopReason = .aborted
        message.content.removeAll { if case .toolCall = $0 { true } else { false } }
        return message.text.isEmpty ? nil : message
    }
}
