package import ClawCore

/// Why the journal refused a request. The request changed nothing.
package enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The item has its outcome, and that is final.
    case alreadyFinished(WorkID, Outcome)
    case unknownWork(WorkID)
    /// A later process owns this journal; this one must stop.
    case fenced(epoch: Int64, owner: Int64)
    case unknownSession(SessionKey)
    /// The session was reset after the turn began; `current` is its id now.
    case sessionReplaced(SessionKey, current: String)
    /// A session id or session file that cannot be a transcript's name.
    case invalidSessionID(String)
    /// The call was recorded before; it must not run again.
    case toolCallAlreadyStarted(run: RunID, callID: String)
    case unknownToolCall(run: RunID, callID: String)
    case closed

    package var description: String {
        switch self {
        case .alreadyFinished(let work, let outcome): "Work item \(work) has ended already (\(outcome.name))."
        case .unknownWork(let work): "There is no work item \(work)."
        case .fenced(let epoch, let owner):
            "Another Gateway has opened this state directory (owner \(owner), this one is \(epoch))."
        case .unknownSession(let key): "There is no session \(key)."
        case .sessionReplaced(let key, let current): "Session \(key) was reset; its id is \(current) now."
        case .invalidSessionID(let text): "\"\(text)\" is not a valid session id."
        case .toolCallAlreadyStarted(let run, let call): "Tool call \(call) of run \(run) was started before."
        case .unknownToolCall(let run, let call): "Tool call \(call) of run \(run) was never started."
        case .closed: "The journal is closed."
        }
    }
}
