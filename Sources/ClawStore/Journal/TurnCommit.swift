package import ClawCore
package import ClawSupport

/// Everything that one step of a turn changes; it becomes durable as a whole or not at all.
package struct TurnCommit: Sendable {
    package var session: SessionKey
    /// The session id the turn began with. When the session was reset meanwhile, entries and patch are refused with
    /// `JournalError.sessionReplaced`.
    package var sessionID: String
    /// In order. The first becomes a child of the transcript's leaf, each other one a child of the one before it.
    package var entries: [TranscriptEntry]
    /// Members to set in the session entry; `null` deletes.
    package var sessionPatch: JSONObject
    package var deliveries: [NewWork]
    package var outcomes: [(WorkID, Outcome)]
    /// Items whose outcome follows from their deliveries: delivered when all are (also when there are none), failed when
    /// one failed. Written now or when the last delivery ends.
    package var settles: [WorkID]
    package var toolStarts: [ToolCallStart]
    package var toolResults: [ToolCallFinish]
    /// Whether the first delivery's dedupe key stands for all of this: when there is a row with it, nothing is recorded. The
    /// other deliveries become parts of the first.
    package var isOnce = false
    /// The folder that the header names when this commit creates the transcript; nil for the agent's default workspace.
    package var workingDirectory: String?

    package init(
        session: SessionKey, sessionID: String, entries: [TranscriptEntry] = [], sessionPatch: JSONObject = [:],
        deliveries: [NewWork] = [], outcomes: [(WorkID, Outcome)] = []
    ) {
        self.session = session
        self.sessionID = sessionID
        self.entries = entries
        self.sessionPatch = sessionPatch
        self.deliveries = deliveries
        self.outcomes = outcomes
        settles = []
        toolStarts = []
        toolResults = []
    }
}

/// What a commit made of its parts.
package struct CommitReceipt: Sendable {
    /// The entries with the parents they got.
    package var entries: [TranscriptEntry]
    /// In the order of the commit; a delivery whose dedupe key was there already is the earlier row. All those of the earlier
    /// one for a commit that is done once only and was done before.
    package var deliveries: [WorkItem]
    /// The transcript's leaf after the commit; nil when there is no transcript.
    package var leafID: String?
}

/// A tool call is about to run. `callID` must be unique within the run: where a vendor repeats its ids, add to them.
package struct ToolCallStart: Sendable, Hashable {
    package var run: RunID
    package var callID: String
    package var name: String
    package var arguments: JSONObject

    package init(run: RunID, callID: String, name: String, arguments: JSONObject) {
        self.run = run
        self.callID = callID
        self.name = name
        self.arguments = arguments
    }
}

/// A tool call has its result.
package struct ToolCallFinish: Sendable, Hashable {
    package var run: RunID
    package var callID: String
    /// What a continued turn needs to tell the model, in the caller's form.
    package var result: JSONValue
    package var isError: Bool

    package init(run: RunID, callID: String, result: JSONValue, isError: Bool) {
        self.run = run
        self.callID = callID
        self.result = result
        self.isError = isError
    }
}

/// A tool call that the journal knows. Without a result it was interrupted; it must not run again.
package struct RecordedToolCall: Sendable, Hashable {
    package var callID: String
    package var name: String
    package var arguments: JSONObject
    package var startedAt: Int64
    package var finishedAt: Int64?
    package var result: JSONValue?
    package var isError: Bool

    package init(
        callID: String, name: String, arguments: JSONObject, startedAt: Int64, finishedAt: Int64? = nil,
        result: JSONValue? = nil, isError: Bool = false
    ) {
        self.callID = callID
        self.name = name
        self.arguments = arguments
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.result = result
        self.isError = isError
    }
}
