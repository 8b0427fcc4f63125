/// What happens to a message that arrives while the session is busy.
package enum QueueMode: String, Sendable, Hashable, CaseIterable {
    /// All that wait become one turn.
    case collect
    /// The message joins the running turn after the current tool call.
    case steer
    /// Each waiting message becomes a turn of its own.
    case followup
    /// As `steer`, and the message also gets a turn of its own.
    case steerBacklog = "steer-backlog"
    /// The running turn is aborted and the newest message runs.
    case interrupt

    /// The mode that a person or a configuration names, aliases included; nil for other words.
    package init?(word: String) {
        switch word.lowercased() {
        case "collect", "coalesce": self = .collect
        case "steer", "queue", "queued", "steering": self = .steer
        case "followup", "follow-up": self = .followup
        case "steer-backlog", "steer+backlog": self = .steerBacklog
        case "interrupt", "abort": self = .interrupt
        default: return nil
        }
    }
}

/// How the queue of a session behaves; resolved for each message from inline words, session, channel and configuration.
package struct QueuePolicy: Sendable, Hashable {
    /// What gives way when the queue is full.
    package enum Drop: String, Sendable, Hashable, CaseIterable {
        /// The newcomer is refused.
        case new
        /// The oldest goes.
        case old
        /// The oldest goes and leaves a line of summary.
        case summarize
    }

    package var mode: QueueMode
    /// How long the session must be quiet before waiting messages run, in milliseconds.
    package var debounceMilliseconds: Int64
    /// How many messages may wait.
    package var cap: Int
    package var drop: Drop
    /// How long an idle session waits for more of the same sender before the turn starts, in milliseconds; 0 not at all.
    package var gatherMilliseconds: Int64 = 0

    package init(
        mode: QueueMode = .collect, debounceMilliseconds: Int64 = 1000, cap: Int = 20, drop: Drop = .summarize
    ) {
        self.mode = mode
        self.debounceMilliseconds = debounceMilliseconds
        self.cap = max(1, cap)
        self.drop = drop
    }
}
