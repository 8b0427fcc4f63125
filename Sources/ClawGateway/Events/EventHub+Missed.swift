package import ClawCore
import ClawProtocol
package import ClawSupport
import NIOCore
import Synchronization

extension EventHub {
    /// What a client says about what it knows.
    package struct Question: Sendable, Hashable {
        /// The instance and the number of the last broadcast that the client has dealt with; nil when it knows none.
        package var known: Known?
        /// The sessions whose `chat` and `agent` events it wants; nil for all.
        package var sessions: Set<String>?

        package struct Known: Sendable, Hashable {
            package var instance: String
            package var sequence: Int

            package init(instance: String, sequence: Int) {
                self.instance = instance
                self.sequence = sequence
            }
        }

        package init(known: Known?, sessions: Set<String>? = nil) {
            self.known = known
            self.sessions = sessions
        }
    }

    package enum Answer: Sendable {
        /// All that was missed, encoded.
        case continuation([UInt8])
        /// Not all of it is here any more: how things stand.
        case snapshot(Snapshot)
    }

    /// How things stand as of the broadcast with the number `sequence`.
    package struct Snapshot: Sendable {
        let instance: String
        let sequence: Int
        let version: StateVersion
        let endedSince: Int
        let sessions: JSONValue
    }

    /// Answers a client: the events that it missed and may know, or, when they are not all here any more, how things stand.
    ///
    /// The answer is current to the number in it. An event with a greater one is on its way to the connection or will be; so
    /// nothing falls between the two. The connection follows the tool calls from now on that its device followed before.
    package func answer(_ question: Question, for connection: ClientConnection) -> Answer {
        let now = time.nowMilliseconds
        return state.withLock { state in
            if let device = connection.deviceID, connection.caps.contains("tool-events") {
                state.toolRecipients.resume(connection: connection.id, device: device, now: now)
            }
            guard let known = question.known, known.instance == instance, known.sequence <= state.sequence,
                state.ring.covers(known.sequence)
            else {
                let sessions = state.board.sessions {
                    question.wants($0.rawValue)
                } seesTools: {
                    state.toolRecipients.reaches(connection.id, run: $0, now: now)
                }
                return .snapshot(
                    Snapshot(
                        instance: instance, sequence: state.sequence, version: state.version,
                        endedSince: state.board.endedSince, sessions: sessions))
            }
            var output = Array(#"{"instance":"#.utf8)
            JSONWriter.write(instance, into: &output)
            output.append(contentsOf: ",\"seq\":\(state.sequence)".utf8)
            output.append(contentsOf: #","events":["#.utf8)
            var missed = MissedEvents(since: known.sequence)
            missed.gather(state.ring, for: connection) { question.wants($0) }
            missed.write(into: &output)
            output.append(contentsOf: "]}".utf8)
            return .continuation(output)
        }
    }

    /// The text so far of each run that goes on.
    package var runningTexts: [RunID: String] { state.withLock { $0.board.runningTexts } }

    /// How many bytes of events are kept, and how many may be.
    package var keptBytes: (now: Int, limit: Int) {
        state.withLock { ($0.ring.byteCount, $0.ring.limits.bytes) }
    }
}

extension EventHub.Snapshot {
    /// The answer. What it takes besides must be read after the snapshot, so that it is not older than its number.
    ///
    /// - Parameter pairingRequests: the devices that wait for approval, the oldest first; nil for who may not know.
    package func json(presence: JSONValue, health: JSONValue, pairingRequests: [JSONValue]? = nil) -> JSONValue {
        var object: JSONObject = [
            "instance": .string(instance), "seq": .int(sequence), "stateVersion": version.json, "presence": presence,
            "health": health, "endedSince": .int(endedSince), "sessions": sessions,
        ]
        object.set("devicePairRequests", pairingRequests.map { .array($0) })
        return .object(object)
    }
}

extension EventHub.Question {
    fileprivate func wants(_ session: String) -> Bool { sessions?.contains(session) ?? true }
}

/// The events after one number, in their order. Texts that were told piece by piece come as one event each, before the next
/// other event of their run.
private struct MissedEvents {
    private struct Item {
        let sequence: Int
        /// Events without a number come after the broadcast whose number they stand at.
        let isNumbered: Bool
        let json: ByteBuffer?
        let text: EventFrame?
    }

    /// Events that say everything anew: of several only the last means something.
    private static let replacing: [EventName] = [.presence, .health]

    private let since: Int
    private var told: [TextLog.Key: Int] = [:]
    private var items: [Item] = []

    init(since: Int) { self.since = since }

    mutating func gather(_ ring: EventRing, for connection: ClientConnection, _ wants: (String) -> Bool) {
        var logs: [RunID: [TextLog]] = [:]
        for log in ring.logs.values where log.lastSequence > since && wants(log.session.rawValue) {
            logs[log.key.run, default: []].append(log)
        }
        let frames = ring.frames[ring.start...]
        let newest = Self.replacing.map { name in frames.lastIndex { $0.name == name } }
        for (position, frame) in zip(frames.indices, frames) {
            if Self.replacing.contains(frame.name), !newest.contains(position) { continue }
            let isNumbered = frame.devices == nil
            if frame.sequence < since || isNumbered && frame.sequence == since { continue }
            if let session = frame.session, !wants(session) { continue }
            if let devices = frame.devices {
                guard let device = connection.deviceID, devices.contains(device),
                    connection.caps.contains("tool-events")
                else { continue }
            } else if !connection.mayKnow(frame.name) {
                continue
            }
            if let run = frame.run, let texts = logs[run] { tell(texts, upTo: frame.sequence) }
            items.append(Item(sequence: frame.sequence, isNumbered: isNumbered, json: frame.json, text: nil))
        }
        for texts in logs.values { tell(texts, upTo: .max) }
    }

    private mutating func tell(_ logs: [TextLog], upTo limit: Int) {
        for log in logs {
            guard let (sequence, frame) = log.event(after: told[log.key] ?? since, upTo: limit) else { continue }
            told[log.key] = sequence
            items.append(Item(sequence: sequence, isNumbered: true, json: nil, text: frame))
        }
    }

    func write(into output: inout [UInt8]) {
        // Stable, because events without a number keep their order by their place.
        let order = items.indices.sorted { left, right in
            let (a, b) = (items[left], items[right])
            if a.sequence != b.sequence { return a.sequence < b.sequence }
            return a.isNumbered == b.isNumbered ? left < right : a.isNumbered
        }
        for (position, index) in order.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            let item = items[index]
            if let json = item.json { output.append(contentsOf: json.readableBytesView) }
            item.text?.json.write(into: &output)
        }
    }
}
