import ClawAgent
import ClawCore
import ClawProtocol
import ClawSupport

/// How the runs stand that clients were told of: those that go on with their text, and those that ended lately with how. It is
/// what a client gets that was away for longer than the ring reaches.
struct RunBoard: Sendable {
    private struct Running {
        var session: SessionKey
        var startedAt: Int64
        var sequence: Int
        var text = ""
        var thinking = ""
        /// Those that go on, and those that ended since the last text, in their order.
        var calls: [Call] = []
    }

    private struct Call {
        let id: String
        /// The payloads of its events.
        var events: [JSONValue]
        var isOver = false
    }

    private struct Ended {
        let run: RunID
        let session: SessionKey
        let sequence: Int
        let state: EndedRun
        /// Milliseconds since 1970.
        let timestamp: Int64

        var cost: Int { state.text.utf8.count + 200 }
    }

    /// What one event of a run changes here.
    enum Change: Sendable {
        case started(at: Int64)
        case text(TextLog.Piece)
        case ended(EndedRun)
        case none
    }

    /// Runs whose text is kept; of further ones clients learn as soon as they say more.
    private static let maxRunning = 4096
    /// Tool calls of one run.
    private static let maxCalls = 50
    private static let maxEnded = 512
    private static let maxEndedBytes = 512 << 10
    /// Milliseconds that an ended run is remembered.
    private static let endedAge: Int64 = 900_000

    private var running: [RunID: Running] = [:]
    private var ended: [Ended] = []
    private var endedBytes = 0
    /// Number of the broadcast since which all ended runs are here.
    private(set) var endedSince = 0

    mutating func note(_ change: Change, run: RunID, session: SessionKey, sequence: Int, at timestamp: Int64) {
        switch change {
        case .none:
            running[run]?.sequence = sequence
        case .started(let at):
            update(run, session, sequence, at) { _ in }
        case .text(let piece):
            update(run, session, sequence, piece.timestamp) { entry in
                switch piece.key.kind {
                case .assistant: entry.text = piece.full
                case .thinking: entry.thinking = piece.full
                case .chat: break
                }
                // The transcript has them by now.
                if piece.key.kind != .chat, !entry.calls.isEmpty { entry.calls.removeAll(where: \.isOver) }
            }
        case .ended(let state):
            running[run] = nil
            let entry = Ended(run: run, session: session, sequence: sequence, state: state, timestamp: timestamp)
            ended.append(entry)
            endedBytes += entry.cost
            var surplus = 0
            while ended.count - surplus > Self.maxEnded || endedBytes > Self.maxEndedBytes {
                endedBytes -= ended[surplus].cost
                surplus += 1
            }
            // In larger steps, because each moves what stays.
            if surplus > 0 { forget(max(surplus, min(32, ended.count - 1)), alreadyUncounted: surplus) }
        }
    }

    /// Notes the payload of a tool event, of the beginning of a call or of its end.
    mutating func note(call id: String, _ payload: JSONValue, isOver: Bool, of run: RunID) {
        guard var entry = running.removeValue(forKey: run) else { return }
        if let position = entry.calls.lastIndex(where: { $0.id == id }), !entry.calls[position].isOver {
            entry.calls[position].events.append(payload)
            entry.calls[position].isOver = isOver
        } else if !isOver {
            entry.calls.append(Call(id: id, events: [payload]))
            if entry.calls.count > Self.maxCalls {
                entry.calls.remove(at: entry.calls.firstIndex(where: \.isOver) ?? 0)
            }
        }
        running[run] = entry
    }

    mutating func trim(now: Int64) {
        let old = ended.prefix { now - $0.timestamp > Self.endedAge }.count
        if old > 0 { forget(old, alreadyUncounted: 0) }
    }

    private mutating func forget(_ count: Int, alreadyUncounted: Int) {
        for entry in ended[alreadyUncounted..<count] { endedBytes -= entry.cost }
        endedSince = ended[count - 1].sequence
        ended.removeFirst(count)
    }

    private mutating func update(
        _ run: RunID, _ session: SessionKey, _ sequence: Int, _ startedAt: Int64, _ change: (inout Running) -> Void
    ) {
        if running[run] == nil, running.count >= Self.maxRunning { return }
        var entry = running.removeValue(forKey: run) ?? Running(session: session, startedAt: startedAt, sequence: 0)
        entry.sequence = sequence
        change(&entry)
        running[run] = entry
    }

    /// The text so far of each run that goes on.
    var runningTexts: [RunID: String] { running.mapValues(\.text) }

    /// The runs by session, for a snapshot; those that go on by their start, then those that ended in their order.
    ///
    /// - Parameter seesTools: whether the asker is told of the tool calls of a run.
    func sessions(_ isWanted: (SessionKey) -> Bool, seesTools: (RunID) -> Bool) -> JSONValue {
        var order: [SessionKey] = []
        var runs: [SessionKey: [JSONValue]] = [:]
        func add(_ session: SessionKey, _ run: JSONValue) {
            if runs[session] == nil { order.append(session) }
            runs[session, default: []].append(run)
        }
        let going = running.filter { isWanted($0.value.session) }
            .sorted { ($0.value.startedAt, $0.key.rawValue) < ($1.value.startedAt, $1.key.rawValue) }
        for (run, entry) in going { add(entry.session, Self.json(run, entry, seesTools: seesTools(run))) }
        for entry in ended where isWanted(entry.session) { add(entry.session, Self.json(entry)) }
        return .array(order.map { ["sessionKey": .string($0.rawValue), "runs": .array(runs[$0] ?? [])] })
    }

    private static func json(_ run: RunID, _ entry: Running, seesTools: Bool) -> JSONValue {
        var object: JSONObject = [
            "runId": .string(run.rawValue), "state": "running", "seq": .int(entry.sequence),
            "startedAt": .int64(entry.startedAt),
        ]
        if !entry.text.isEmpty, !SilentText.isFragment(entry.text) {
            object["message"] = ChatStream.message(entry.text, entry.startedAt)
        }
        if !entry.thinking.isEmpty { object["thinking"] = .string(entry.thinking) }
        if seesTools, !entry.calls.isEmpty { object["toolEvents"] = .array(entry.calls.flatMap(\.events)) }
        return .object(object)
    }

    private static func json(_ entry: Ended) -> JSONValue {
        var object: JSONObject = [
            "runId": .string(entry.run.rawValue), "state": .string(entry.state.state), "seq": .int(entry.sequence),
            "endedAt": .int64(entry.timestamp),
        ]
        if !entry.state.text.isEmpty {
            object["message"] = ChatStream.message(entry.state.text, entry.state.messageTimestamp)
        }
        object.set("errorMessage", entry.state.errorMessage)
        object.set("stopReason", entry.state.stopReason)
        return .object(object)
    }
}

/// How a run ended, as its last `chat` event told.
struct EndedRun: Sendable, Hashable {
    var state: String
    /// Empty for a run that ended in silence.
    var text: String
    /// Milliseconds since 1970.
    var messageTimestamp: Int64
    var errorMessage: String?
    var stopReason: String?

    /// Nil for a `chat` payload that is no end.
    init?(_ payload: JSONValue, at timestamp: Int64) {
        guard let state = payload["state"]?.stringValue, state != "delta" else { return nil }
        self.state = state
        text = ChatStream.text(of: payload) ?? ""
        messageTimestamp = timestamp
        errorMessage = payload["errorMessage"]?.stringValue
        stopReason = payload["stopReason"]?.stringValue
    }
}
