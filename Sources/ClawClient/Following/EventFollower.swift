package import ClawProtocol
package import ClawSupport

/// Keeps a client's picture of the events whole over lost connections (docs/events.md). Pure: what is known, events and
/// answers in; what is new, out.
///
/// After each connect the client puts `question` to the Gateway and gives the answer to `take(answer:)`; then it gives every
/// event to `take(_:)`, those that came before the answer too. What comes out is each event once and in order, or, where some
/// are gone, how things stand.
package struct EventFollower: Sendable, Hashable {
    package enum Update: Sendable, Hashable {
        case event(EventFrame)
        /// What was missed cannot be told: this replaces what was known. Nil when the Gateway cannot even tell how things stand.
        case standing(EventStanding?)
    }

    /// What to do about one event.
    package enum Outcome: Sendable, Hashable {
        case new(EventFrame)
        /// It was told before.
        case old
        /// Numbers before it are missing: ask, then give the event again.
        case gap
    }

    private struct ToolEvent: Sendable, Hashable {
        var run: String
        var number: Int
    }

    package static let method = "events.since"
    /// Runs whose last tool event is remembered.
    private static let maxRuns = 256

    private var instance: String?
    /// Number of the last broadcast that was dealt with.
    private var last: Int?
    /// The number in its run of each run's last tool event, which has no other; the oldest run first.
    private var toolEvents: [ToolEvent] = []

    package init() {}

    /// The params of the request for what was missed.
    ///
    /// - Parameter sessions: the sessions whose `chat` and `agent` events are wanted; nil for all.
    package func question(sessions: [String]? = nil) -> JSONValue {
        var params: JSONObject = [:]
        if let instance, let last {
            params["instance"] = .string(instance)
            params["seq"] = .int(last)
        }
        if let sessions { params["sessions"] = .strings(sessions) }
        return .object(params)
    }

    /// Takes the answer to `question`. Throws when it is none.
    package mutating func take(answer: JSONValue) throws(GatewayClientError) -> [Update] {
        guard let told = answer["instance"]?.stringValue, let sequence = answer["seq"]?.intValue else {
            throw .malformed("its answer to \(Self.method) has no number")
        }
        let since = told == instance ? last : nil
        if told != instance { toolEvents = [] }
        instance = told
        last = sequence
        guard let missed = answer["events"]?.arrayValue else {
            var standing = EventStanding(answer, since: since)
            for position in standing.runs.indices {
                standing.runs[position].toolEvents = standing.runs[position].toolEvents.filter { isNew($0) }
            }
            return [.standing(standing)]
        }
        return missed.compactMap(EventFrame.init(json:)).filter { isNew($0) }.map { .event($0) }
    }

    /// The Gateway cannot be asked: what was missed is lost, and numbers begin anew.
    package mutating func giveUp() -> Update {
        instance = nil
        last = nil
        toolEvents = []
        return .standing(nil)
    }

    /// Takes an event as it comes over the connection.
    package mutating func take(_ event: EventFrame) -> Outcome {
        guard let sequence = event.sequence else { return isNew(event) ? .new(event) : .old }
        if let last {
            if sequence <= last { return .old }
            if sequence > last + 1 { return .gap }
        }
        last = sequence
        return .new(event)
    }

    /// Goes on after a gap that nobody can fill.
    package mutating func skip(to event: EventFrame) { last = event.sequence.map { $0 - 1 } ?? last }

    /// Whether a tool event was not told yet; true for every other event.
    private mutating func isNew(_ event: EventFrame) -> Bool {
        guard event.name == .agent, event.sequence == nil, let payload = event.payload, payload["stream"] == "tool",
            let run = payload["runId"]?.stringValue, let number = payload["seq"]?.intValue
        else { return true }
        if let position = toolEvents.firstIndex(where: { $0.run == run }) {
            if number <= toolEvents[position].number { return false }
            toolEvents.remove(at: position)
        }
        toolEvents.append(ToolEvent(run: run, number: number))
        if toolEvents.count > Self.maxRuns { toolEvents.removeFirst() }
        return true
    }
}
