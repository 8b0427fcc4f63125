package import ClawProtocol
package import ClawSupport

/// How things stand, as `events.since` tells a client that cannot go on from what it knows.
package struct EventStanding: Sendable, Hashable {
    /// One run: it goes on, or it ended lately.
    package struct Run: Sendable, Hashable {
        package var run: String
        package var session: String
        /// `running`, or the state of its last `chat` event.
        package var state: String
        /// Number of the last broadcast of the run.
        package var sequence: Int
        /// The whole text so far.
        package var text: String
        package var errorMessage: String?
        /// The tool events since its last text: of calls that go on, and of those that ended after it.
        package var toolEvents: [EventFrame]

        package var isRunning: Bool { state == "running" }

        package init(
            run: String, session: String, state: String, sequence: Int, text: String, errorMessage: String? = nil,
            toolEvents: [EventFrame] = []
        ) {
            self.run = run
            self.session = session
            self.state = state
            self.sequence = sequence
            self.text = text
            self.errorMessage = errorMessage
            self.toolEvents = toolEvents
        }
    }

    /// In the order of the answer: by session, those that go on first.
    package var runs: [Run]
    /// The last broadcast that the client had dealt with; nil when it knew none of this start of the Gateway.
    package var since: Int?
    /// All runs that ended after this broadcast are in `runs`.
    package var endedSince: Int

    package init(runs: [Run], since: Int?, endedSince: Int) {
        self.runs = runs
        self.since = since
        self.endedSince = endedSince
    }

    /// Reads an answer leniently, as a client does.
    package init(_ answer: JSONValue, since: Int?) {
        let sessions = answer["sessions"]?.arrayValue ?? []
        runs = sessions.flatMap { session in
            (session["runs"]?.arrayValue ?? []).map { Self.run($0, session["sessionKey"]?.stringValue ?? "") }
        }
        self.since = since
        endedSince = answer["endedSince"]?.intValue ?? 0
    }

    private static func run(_ json: JSONValue, _ session: String) -> Run {
        Run(
            run: json["runId"]?.stringValue ?? "", session: session, state: json["state"]?.stringValue ?? "",
            sequence: json["seq"]?.intValue ?? 0,
            text: json["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? "",
            errorMessage: json["errorMessage"]?.stringValue,
            toolEvents: (json["toolEvents"]?.arrayValue ?? []).map { EventFrame(.agent, payload: $0) })
    }
}
