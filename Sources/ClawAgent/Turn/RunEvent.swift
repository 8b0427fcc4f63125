package import ClawCore
import ClawSupport

/// Something that happened in a run, for clients that watch it.
package struct RunEvent: Sendable, Hashable {
    package enum Body: Sendable, Hashable {
        case started
        /// Text as people may see it: without directives and silence tokens. `full` is all of the run so far.
        case text(full: String, delta: String)
        case thinking(full: String, delta: String)
        case toolStarted(ToolCall)
        case toolFinished(callID: String, name: String, ToolResult)
        /// The model changed from `selected` to `active` because of `reason`.
        case fallback(selected: ModelReference, active: ModelReference, reason: String)
        /// The run is over. `message` is nil when the agent chose silence; `text` is then empty. Calls in `message` are those
        /// that the asker is to run.
        case finished(message: AssistantMessage?, text: String)
        case failed(message: String)
        case aborted(reason: AbortReason, partialText: String)

        /// Whether nothing follows.
        package var isTerminal: Bool {
            switch self {
            case .finished, .failed, .aborted: true
            default: false
            }
        }
    }

    package var run: RunID
    package var session: SessionKey
    /// From 1, without gaps.
    package var sequence: Int
    /// Milliseconds since 1970.
    package var timestamp: Int64
    package var body: Body
    /// In the last event of a run that asked a model: all its calls together.
    package var usage: TokenUsage?

    package init(
        run: RunID, session: SessionKey, sequence: Int, timestamp: Int64, body: Body, usage: TokenUsage? = nil
    ) {
        self.run = run
        self.session = session
        self.sequence = sequence
        self.timestamp = timestamp
        self.body = body
        self.usage = usage
    }
}

/// Where run events go. An implementation returns at once and never blocks.
package protocol ReplySink: Sendable {
    func publish(_ event: RunEvent)
}

/// Why a run was ended before it was done.
package enum AbortReason: String, Sendable, Hashable {
    /// A client asked by method.
    case rpc
    /// A person wrote a stop word.
    case stop
    case timeout
    case shutdown
    /// A newer message took its place.
    case superseded

    /// The reason of the row's outcome when somebody stopped the run.
    var outcomeReason: String { "stopped (\(rawValue))" }

    /// The abort that an outcome's reason tells of; nil for other reasons.
    package init?(outcomeReason: String) {
        let match = [AbortReason.rpc, .stop, .timeout, .superseded].first { $0.outcomeReason == outcomeReason }
        guard let match else { return nil }
        self = match
    }
}
