package import ClawAgent
package import ClawCore
package import ClawProtocol
package import ClawSupport
package import NIOCore
import Synchronization

/// Tells clients what happens. One hub serves all connections: it numbers broadcasts, encodes each event once, and hands it
/// to the event loops that have connections. It keeps the last broadcasts and the running texts, so that a client that missed
/// some can ask.
package final class EventHub: Sendable {
    private struct State {
        var lanes: [ObjectIdentifier: EventLane] = [:]
        var connections: [String: ClientConnection] = [:]
        /// Number of the last broadcast; the first one is 1.
        var sequence = 0
        var order = 0
        var version = StateVersion()
        var ring: EventRing
        var runs: [RunID: ChatStream] = [:]
        var toolRecipients = ToolRecipients()
    }

    private let state: Mutex<State>
    private let time: any TimeSource
    private let showsToolResults: @Sendable (SessionKey) -> Bool
    /// Runs whose text is kept; beyond that, events of further runs are told without throttling.
    private static let maxRuns = 4096

    /// - Parameters:
    ///   - showsToolResults: whether clients see what tools returned, which is so when the verbose level of the session is
    ///     `full`.
    ///   - ringBytes: bytes of broadcasts that are kept.
    package init(
        time: any TimeSource, ringCount: Int = 512, ringBytes: Int = 1 << 20,
        showsToolResults: @escaping @Sendable (SessionKey) -> Bool = { _ in false }
    ) {
        self.time = time
        self.showsToolResults = showsToolResults
        state = Mutex(State(ring: EventRing(maxCount: ringCount, maxBytes: ringBytes)))
    }
}

extension EventHub {
    /// Adds a connection; called on its event loop. It gets what is sent from now on.
    package func join(_ subscriber: any EventSubscriber, as connection: ClientConnection, on loop: any EventLoop) {
        let (lane, order) = state.withLock { state in
            let lane = state.lanes[ObjectIdentifier(loop)] ?? EventLane(loop: loop)
            state.lanes[ObjectIdentifier(loop)] = lane
            state.connections[connection.id] = connection
            return (lane, state.order)
        }
        lane.join(subscriber, connection, at: order)
    }

    /// Removes a connection; called on its event loop.
    package func leave(_ id: String, on loop: any EventLoop) {
        let lane = state.withLock { state in
            state.connections[id] = nil
            state.toolRecipients.remove(connection: id)
            return state.lanes[ObjectIdentifier(loop)]
        }
        lane?.leave(id)
    }

    /// The connections of now, in no order.
    package var connections: [ClientConnection] { state.withLock { Array($0.connections.values) } }

    package func connection(_ id: String) -> ClientConnection? { state.withLock { $0.connections[id] } }

    package var stateVersion: StateVersion { state.withLock { $0.version } }
}

extension EventHub {
    /// Tells everybody who may know. Nothing happens, and no number is used, while nobody is connected.
    ///
    /// - Parameter isDroppable: whether slow clients may miss it; nil for the rule of the event's name.
    package func broadcast(_ name: EventName, _ payload: JSONValue, isDroppable: Bool? = nil) {
        send(name, payload, isDroppable: isDroppable ?? name.isDroppable) { _ in nil }
    }

    /// Counts up the version of the presence list and tells the new list.
    package func broadcastPresence(_ payload: JSONValue) {
        send(.presence, payload, isDroppable: true) { version in
            version.presence += 1
            return version
        }
    }

    /// Counts up the version of the health summary and tells the new one.
    package func broadcastHealth(_ payload: JSONValue) {
        send(.health, payload, isDroppable: false) { version in
            version.health += 1
            return version
        }
    }

    /// Counts up the version of the presence list without telling, as a new connection does.
    package func notePresenceChange() { state.withLock { $0.version.presence += 1 } }

    private func send(
        _ name: EventName, _ payload: JSONValue, isDroppable: Bool, _ version: (inout StateVersion) -> StateVersion?
    ) {
        var prefix = Array(#"{"type":"event","event":"#.utf8)
        JSONWriter.write(name.rawValue, into: &prefix)
        prefix.append(contentsOf: #","payload":"#.utf8)
        payload.write(into: &prefix)
        state.withLock { state in
            let version = version(&state.version)
            if state.connections.isEmpty { return }
            state.sequence += 1
            state.order += 1
            prefix.append(contentsOf: ",\"seq\":\(state.sequence)".utf8)
            if let version {
                prefix.append(contentsOf: ",\"stateVersion\":".utf8)
                version.json.write(into: &prefix)
            }
            prefix.append(UInt8(ascii: "}"))
            let frame = SharedFrame(name: name, json: prefix, isDroppable: isDroppable, order: state.order)
            state.ring.append(EventRing.Entry(sequence: state.sequence, name: name, frame: frame))
            for lane in state.lanes.values { lane.append(frame) }
        }
    }

    /// Tells some connections, without a number.
    package func send(_ name: EventName, _ payload: JSONValue, to connections: Set<String>) {
        if connections.isEmpty { return }
        let json = EventFrame(name, payload: payload).bytes
        state.withLock { state in
            state.order += 1
            let frame = SharedFrame(
                name: name, json: json, isDroppable: name.isDroppable, order: state.order, targets: connections)
            for lane in state.lanes.values { lane.append(frame) }
        }
    }

    /// The broadcasts after number `sequence` that `connection` may know, as frames' JSON; nil when some are gone already.
    package func missed(since sequence: Int, by connection: ClientConnection) -> [JSONValue]? {
        let entries = state.withLock { $0.ring.since(sequence) }
        return entries?.compactMap { entry in
            if let scope = entry.name.requiredScope, connection.role != .operator || !connection.has(scope) {
                return nil
            }
            let bytes = Array(entry.frame.bytes.readableBytesView)
            let header = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10
            // What the hub encoded itself always parses.
            return try? JSONParser.parse(Array(bytes[header...]))
        }
    }
}

extension EventHub: ReplySink {
    /// Makes `agent` and `chat` events of what happens in a run.
    package func publish(_ event: RunEvent) {
        let now = time.nowMilliseconds
        let isFull = event.body == .started && showsToolResults(event.session)
        let outputs = state.withLock { state in
            var stream =
                state.runs.removeValue(forKey: event.run)
                ?? ChatStream(run: event.run, session: event.session, showsToolResults: isFull)
            let outputs = stream.receive(event, now: now)
            if !event.body.isTerminal, state.runs.count < Self.maxRuns { state.runs[event.run] = stream }
            return outputs
        }
        for output in outputs {
            switch output {
            case .broadcast(let name, let payload, let isDroppable):
                broadcast(name, payload, isDroppable: isDroppable)
            case .toolEvent(let payload):
                let recipients = state.withLock { $0.toolRecipients.recipients(of: event.run, now: now) }
                send(.agent, payload, to: recipients)
            }
        }
        if event.body.isTerminal { state.withLock { $0.toolRecipients.end(event.run, now: now) } }
    }

    /// Lets a connection with the cap `tool-events` see the tool events of a run.
    package func addToolRecipient(_ connection: ClientConnection, run: RunID) {
        guard connection.caps.contains("tool-events") else { return }
        let now = time.nowMilliseconds
        state.withLock { $0.toolRecipients.add(connection: connection.id, run: run, now: now) }
    }

    /// The text so far of each run that goes on.
    package var runningTexts: [RunID: String] { state.withLock { $0.runs.mapValues(\.text) } }
}
