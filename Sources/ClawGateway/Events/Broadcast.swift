import ClawAgent
import ClawCore
import ClawProtocol
import ClawSupport

/// An event for everybody who may know it, before it has a number.
struct Broadcast: Sendable {
    /// What an event of a run changes in what the hub remembers.
    struct RunChange: Sendable {
        var run: RunID
        var session: SessionKey
        var board: RunBoard.Change
    }

    let name: EventName
    let payload: JSONValue
    let isDroppable: Bool
    private(set) var change: RunChange?

    init(_ name: EventName, _ payload: JSONValue, isDroppable: Bool) {
        self.name = name
        self.payload = payload
        self.isDroppable = isDroppable
    }

    /// One of the frames that an event of a run became.
    init(_ name: EventName, _ payload: JSONValue, isDroppable: Bool, of event: RunEvent) {
        self.init(name, payload, isDroppable: isDroppable)
        change = RunChange(run: event.run, session: event.session, board: Self.boardChange(name, payload, event))
    }

    /// The run and session that the payload names; nil for events that belong to none.
    var run: RunID? { change?.run ?? (isOfSession ? payload["runId"]?.stringValue.map { RunID($0) } : nil) }

    var session: String? {
        change?.session.rawValue ?? (isOfSession ? payload["sessionKey"]?.stringValue : nil)
    }

    private var isOfSession: Bool { name == .chat || name == .agent }

    /// The event's JSON without its end, which holds the number.
    func encoded() -> [UInt8] {
        var json = Array(#"{"type":"event","event":"#.utf8)
        JSONWriter.write(name.rawValue, into: &json)
        json.append(contentsOf: #","payload":"#.utf8)
        payload.write(into: &json)
        return json
    }

    private static func boardChange(_ name: EventName, _ payload: JSONValue, _ event: RunEvent) -> RunBoard.Change {
        if name == .chat {
            if let ended = EndedRun(payload, at: event.timestamp) { return .ended(ended) }
            guard let text = ChatStream.text(of: payload) else { return .none }
            return .text(piece(.chat, event, text, delta: nil))
        }
        switch event.body {
        case .started: return .started(at: event.timestamp)
        case .text(let full, let delta): return .text(piece(.assistant, event, full, delta: delta))
        case .thinking(let full, let delta): return .text(piece(.thinking, event, full, delta: delta))
        default: return .none
        }
    }

    private static func piece(_ kind: TextLog.Kind, _ event: RunEvent, _ full: String, delta: String?) -> TextLog.Piece
    {
        TextLog.Piece(
            key: TextLog.Key(run: event.run, kind: kind), session: event.session, runSequence: event.sequence,
            timestamp: event.timestamp, full: full, delta: delta)
    }
}
