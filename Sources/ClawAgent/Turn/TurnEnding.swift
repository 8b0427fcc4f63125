import ClawCore
import ClawStore
import ClawSupport

/// What a finished loop means: the last entry, the messages to send, the outcome of the row and the last event. Pure.
struct TurnEnding: Sendable {
    let end: ModelLoop.End
    let reply: ComposedReply
    let composer: ReplyComposer
    /// Why the run was aborted, if it was.
    let abort: AbortReason?
    let run: RunID
    let now: Int64
    /// Whether the model wrote anything at all.
    let hasParts: Bool

    var isAborted: Bool {
        if case .aborted = end { true } else { false }
    }

    /// An abort without a reason of its own is the end of the process.
    private var reason: AbortReason { abort ?? .shutdown }

    /// The error that the person must see; nil when there is none.
    private var failure: String? {
        switch end {
        case .answered: reply.text.isEmpty && !reply.isSilent ? "The model ended its turn without an answer." : nil
        case .pending, .handedOver: nil
        case .failed(let message): message
        case .aborted: reason == .timeout ? "The run took longer than it may and was ended." : nil
        }
    }

    /// Nil when the turn stays open for the next process.
    var outcome: Outcome? {
        if let failure { return .failed(reason: String(TextCut.prefix(failure, bytes: 500)), told: true) }
        switch end {
        case .answered: return reply.isSilent ? .silent(reason: "the agent chose not to answer") : .delivered
        case .handedOver(let message):
            let names = message.toolCalls.map(\.name).joined(separator: ", ")
            return reply.text.isEmpty ? .silent(reason: "the client runs \(names)") : .delivered
        case .pending(let work): return reply.text.isEmpty ? .silent(reason: "waits for \(work)") : .delivered
        case .failed: return nil
        case .aborted:
            switch reason {
            case .shutdown: return nil
            case .superseded: return .superseded
            case .rpc, .stop, .timeout: return .silent(reason: reason.outcomeReason)
            }
        }
    }

    var deliveries: [OutboundMessage] {
        if let failure {
            let notice = FailureText.reply(failure)
            return composer.notice(reply.text.isEmpty ? notice : reply.text + "\n\n" + notice)
        }
        return isAborted ? [] : reply.blocks
    }

    var event: RunEvent.Body {
        if isAborted, failure == nil || reason == .timeout { return .aborted(reason: reason, partialText: reply.text) }
        if let failure { return .failed(message: failure) }
        if case .answered(let message) = end, !reply.text.isEmpty {
            return .finished(message: message, text: reply.text)
        }
        if case .handedOver(let message) = end { return .finished(message: message, text: reply.text) }
        return .finished(message: nil, text: reply.text)
    }

    /// The entry that ends the turn in the transcript.
    func message(model: ModelDescription?) -> AssistantMessage? {
        switch end {
        case .answered(let message): return message
        case .pending, .handedOver: return nil
        case .aborted(let partial): return partial
        case .failed(let text):
            var message = AssistantMessage(
                content: [], api: "", model: model?.reference ?? ModelReference(provider: "openclaw", model: "none"),
                usage: TokenUsage(), stopReason: .error, timestamp: now)
            message.errorMessage = text
            return message
        }
    }

    /// Marks a partial answer as such for clients that read the history.
    var extras: JSONObject {
        guard isAborted, reason == .rpc || reason == .stop else { return [:] }
        let mark: JSONObject = [
            "aborted": true, "origin": .string(reason == .rpc ? "rpc" : "stop-command"), "runId": .string(run.rawValue),
        ]
        return ["idempotencyKey": "\(run):assistant", "openclawAbort": .object(mark)]
    }

    func status(startedAt: Int64, endedAt: Int64) -> RunStatus {
        if isAborted { return .aborted(startedAt: startedAt, endedAt: endedAt, reason: reason) }
        if let failure { return .failed(startedAt: startedAt, endedAt: endedAt, error: failure) }
        return .finished(startedAt: startedAt, endedAt: endedAt)
    }
}
