package import ClawCore
package import ClawSupport

/// What a row of the journal is about.
package enum WorkKind: String, Sendable, Hashable, CaseIterable {
    /// A message that came in.
    case inbound
    /// A message that goes out; its parent is what it answers, or the first part of the same message.
    case delivery
    /// One slot of a schedule.
    case cron
    /// The completion of a child session.
    case subagent
    case approval
    case webhook
}

/// Work that the journal does not have yet.
package struct NewWork: Sendable, Hashable {
    package var kind: WorkKind
    /// Unique over all rows: a second item with the same key is the first one. Nil when the platform gives no id. End it
    /// in `:<message id>`, so that `why` finds the row by that id.
    package var dedupeKey: String?
    package var payload: JSONValue
    package var session: SessionKey?
    package var run: RunID?
    /// Who asked, in the channel's words; refusals are counted by it.
    package var sender: String?
    /// For deliveries: the item whose outcome depends on this one.
    package var parent: WorkID?

    package init(
        kind: WorkKind, dedupeKey: String? = nil, payload: JSONValue, session: SessionKey? = nil, run: RunID? = nil,
        sender: String? = nil, parent: WorkID? = nil
    ) {
        self.kind = kind
        self.dedupeKey = dedupeKey
        self.payload = payload
        self.session = session
        self.run = run
        self.sender = sender
        self.parent = parent
    }
}

/// A row of the journal. Times in milliseconds since 1970.
package struct WorkItem: Sendable, Hashable {
    package var id: WorkID
    package var kind: WorkKind
    package var dedupeKey: String?
    /// Nil for refused work and after the retention time.
    package var payload: JSONValue?
    package var session: SessionKey?
    package var run: RunID?
    package var sender: String?
    package var parent: WorkID?
    /// How often sending was started.
    package var attempts: Int
    package var lastAttemptAt: Int64?
    /// Whether this process has claimed it.
    package var isClaimed: Bool
    package var createdAt: Int64
    package var outcome: Outcome?
    package var outcomeAt: Int64?
    /// The platform's id of a message that was delivered, where it gives one.
    package var messageID: String?
}
