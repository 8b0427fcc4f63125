import ClawAgent
import ClawCore
import ClawProtocol
import ClawSupport

/// One growing text of a run, kept once, with where it stood at each event that told it.
struct TextLog: Sendable {
    /// Which of the texts of a run.
    enum Kind: Sendable, Hashable {
        /// `agent` events of the stream `assistant`.
        case assistant
        /// `agent` events of the stream `thinking`.
        case thinking
        /// `chat` events with the state `delta`.
        case chat
    }

    struct Key: Sendable, Hashable {
        var run: RunID
        var kind: Kind
    }

    /// What one event told.
    struct Piece: Sendable, Hashable {
        var key: Key
        var session: SessionKey
        /// Number of the event in its run.
        var runSequence: Int
        /// Milliseconds since 1970.
        var timestamp: Int64
        var full: String
        /// What came new to `full`; nil when the event does not say it.
        var delta: String?
    }

    private struct Mark: Sendable {
        let sequence: Int
        let timestamp: Int64
        let runSequence: Int32
        /// Bytes of the text that were told then.
        let end: Int32
    }

    let key: Key
    let session: SessionKey
    private var text = ""
    private var marks: [Mark] = []
    private(set) var lastTimestamp: Int64 = 0

    init(_ key: Key, session: SessionKey) {
        self.key = key
        self.session = session
    }

    var lastSequence: Int { marks.last?.sequence ?? 0 }

    /// Bytes, about, that the log takes.
    var cost: Int { text.utf8.count + marks.count * 24 + 200 }

    /// - Parameter floor: clients that saw less than this number do not ask for pieces any more.
    mutating func append(_ piece: Piece, sequence: Int, timestamp: Int64, floor: Int) {
        let grown = piece.full.utf8.count - text.utf8.count
        // A call that is made again begins its text anew: what was told before is void.
        if marks.isEmpty || grown < 0 || piece.delta.map({ $0.utf8.count != grown }) ?? false {
            let known = piece.full.utf8.count - (piece.delta ?? piece.full).utf8.count
            marks = [Mark(sequence: 0, timestamp: 0, runSequence: 0, end: Int32(clamping: max(0, known)))]
        }
        text = piece.full
        if marks.count >= 64, marks[marks.count / 2].sequence <= floor { marks.removeFirst(marks.count / 2) }
        marks.append(
            Mark(
                sequence: sequence, timestamp: piece.timestamp, runSequence: Int32(clamping: piece.runSequence),
                end: Int32(clamping: text.utf8.count)))
        lastTimestamp = timestamp
    }

    /// The event that says what was told after broadcast `since` and up to `limit`, with the number of the last of those; nil
    /// when there was nothing.
    func event(after since: Int, upTo limit: Int) -> (sequence: Int, frame: EventFrame)? {
        let upper = marks.partitioningIndex { $0.sequence > limit }
        guard upper > 0, marks[upper - 1].sequence > since else { return nil }
        let last = marks[upper - 1]
        let lower = marks.partitioningIndex { $0.sequence > since }
        let known = lower > 0 ? Int(marks[lower - 1].end) : 0
        let bytes = text.utf8.prefix(Int(last.end))
        let full = String(decoding: bytes, as: UTF8.self)
        let delta = String(decoding: bytes.dropFirst(known), as: UTF8.self)
        return (last.sequence, frame(last, full, delta))
    }

    private func frame(_ mark: Mark, _ full: String, _ delta: String) -> EventFrame {
        let number = Int(mark.runSequence)
        switch key.kind {
        case .assistant, .thinking:
            let payload = ChatStream.agentPayload(
                key.run, session, number, stream: key.kind == .assistant ? "assistant" : "thinking",
                at: mark.timestamp, ["text": .string(full), "delta": .string(delta)])
            return EventFrame(.agent, payload: payload, sequence: mark.sequence)
        case .chat:
            let payload = ChatStream.chatPayload(
                key.run, session, number, state: "delta"
            ) { $0["message"] = ChatStream.message(full, mark.timestamp) }
            return EventFrame(.chat, payload: payload, sequence: mark.sequence)
        }
    }
}

extension Array {
    /// The first index whose element satisfies `isAfter`, in an array where all that do come last.
    fileprivate func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
