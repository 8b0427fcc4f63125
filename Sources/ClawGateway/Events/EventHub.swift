import ClawAgent
package import ClawCore
package import ClawProtocol
package import ClawSupport
package import NIOCore
import Synchronization

/// Tells clients what happens. One hub serves all connections: it numbers broadcasts, encodes each event once, and hands it
/// to the event loops that have connections. It keeps the last broadcasts and the running texts, so that a client that missed
/// some can ask.
package final class EventHub: Sendable {
    struct State {
        var lanes: [ObjectIdentifier: EventLane] = [:]
        var connections: [String: ClientConnection] = [:]
        /// Number of the last broadcast; the first one is 1.
        var sequence = 0
        var order = 0
        var version = StateVersion()
        var ring: EventRing
        var board = RunBoard()
        var runs: [RunID: ChatStream] = [:]
        /// When the texts that are held back are looked through, in milliseconds of the monotonic clock; nil when none is.
        var flushAt: Int64?
        var toolRecipients = ToolRecipients()
        var audience = Audience.none
    }

    /// Whether somebody hears broadcasts, or may come back and ask for them.
    enum Audience: Equatable {
        /// Nobody was ever connected.
        case none
        case present
        /// The last client went then; milliseconds since 1970.
        case away(since: Int64)
        /// Nobody was connected for so long that broadcasts are not even numbered.
        case gone
    }

    /// Which start of the Gateway this is: numbers of broadcasts mean something only together with it.
    package let instance: String
    let state: Mutex<State>
    let time: any TimeSource
    /// One element when a text is held back and nothing was before.
    let holds: AsyncStream<Void>
    let hold: AsyncStream<Void>.Continuation
    let showsToolResults: @Sendable (SessionKey) -> Bool
    /// Runs whose text is kept; beyond that, events of further runs are told without throttling.
    static let maxRuns = 4096
    /// Milliseconds after the last client went during which broadcasts are still numbered and kept for it.
    static let linger: Int64 = 300_000

    /// - Parameters:
    ///   - instance: random; a client that brings another one was connected to an earlier process.
    ///   - showsToolResults: whether clients see what tools returned, which is so when the verbose level of the session is
    ///     `full`.
    package init(
        time: any TimeSource, instance: String = SystemEntropy().uuid(), ring: EventRing.Limits = EventRing.Limits(),
        showsToolResults: @escaping @Sendable (SessionKey) -> Bool = { _ in false }
    ) {
        self.time = time
        self.instance = instance
        self.showsToolResults = showsToolResults
        state = Mutex(State(ring: EventRing(limits: ring)))
        (holds, hold) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }
}

extension EventHub {
    /// Adds a connection; called on its event loop. It gets what is sent from now on.
    package func join(_ subscriber: any EventSubscriber, as connection: ClientConnection, on loop: any EventLoop) {
        let (lane, order) = state.withLock { state in
            let lane = state.lanes[ObjectIdentifier(loop)] ?? EventLane(loop: loop)
            state.lanes[ObjectIdentifier(loop)] = lane
            state.connections[connection.id] = connection
            state.audience = .present
            return (lane, state.order)
        }
        lane.join(subscriber, connection, at: order)
    }

    /// Removes a connection; called on its event loop.
    package func leave(_ id: String, on loop: any EventLoop) {
        let now = time.nowMilliseconds
        let lane = state.withLock { state in
            state.connections[id] = nil
            state.toolRecipients.remove(connection: id)
            if state.connections.isEmpty, state.audience == .present { state.audience = .away(since: now) }
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
    /// Tells everybody who may know. No number is used while nobody was connected for some time.
    ///
    /// - Parameter isDroppable: whether slow clients may miss it; nil for the rule of the event's name.
    package func broadcast(_ name: EventName, _ payload: JSONValue, isDroppable: Bool? = nil) {
        send(Broadcast(name, payload, isDroppable: isDroppable ?? name.isDroppable)) { _ in nil }
    }

    /// Tells the presence list, whose changes were noted before.
    package func broadcastPresence(_ payload: JSONValue) {
        send(Broadcast(.presence, payload, isDroppable: true)) { $0 }
    }

    /// Counts up the version of the health summary and tells the new one.
    package func broadcastHealth(_ payload: JSONValue) {
        send(Broadcast(.health, payload, isDroppable: false)) { version in
            version.health += 1
            return version
        }
    }

    /// Counts up the version of the presence list. Whether it is told, too, is for others to decide.
    package func notePresenceChange() { state.withLock { $0.version.presence += 1 } }

    func send(_ broadcast: Broadcast, _ version: (inout StateVersion) -> StateVersion?) {
        let now = time.nowMilliseconds
        let isHeard = state.withLock { state in
            if state.isHeard(now: now) { return true }
            _ = version(&state.version)
            state.note(broadcast, at: now)
            return false
        }
        if !isHeard { return }
        var json = broadcast.encoded()
        state.withLock { state in
            let version = version(&state.version)
            state.tell(broadcast, &json, version, at: now)
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

    /// Forgets events that are too old to be asked for, so that an idle Gateway holds few of them.
    package func trim() {
        let now = time.nowMilliseconds
        state.withLock { state in
            _ = state.isHeard(now: now)
            state.ring.trim(now: now)
            state.board.trim(now: now)
        }
    }
}

extension EventHub.State {
    /// Whether a broadcast of now gets a number. When nobody was there for too long, the first one that gets none costs one
    /// number all the same, so that a client from before sees that it missed something.
    mutating func isHeard(now: Int64) -> Bool {
        switch audience {
        case .present: return true
        case .none, .gone: return false
        case .away(let since):
            if now - since <= EventHub.linger { return true }
            audience = .gone
            sequence += 1
            ring.clear(upTo: sequence)
            return false
        }
    }

    /// Gives a broadcast its number and hands it on.
    mutating func tell(_ broadcast: Broadcast, _ json: inout [UInt8], _ version: StateVersion?, at now: Int64) {
        sequence += 1
        order += 1
        json.append(contentsOf: ",\"seq\":\(sequence)".utf8)
        if let version {
            json.append(contentsOf: ",\"stateVersion\":".utf8)
            version.json.write(into: &json)
        }
        json.append(UInt8(ascii: "}"))
        let frame = SharedFrame(name: broadcast.name, json: json, isDroppable: broadcast.isDroppable, order: order)
        note(broadcast, at: now)
        keep(broadcast, frame, at: now)
        for lane in lanes.values { lane.append(frame) }
    }

    mutating func note(_ broadcast: Broadcast, at now: Int64) {
        guard let change = broadcast.change else { return }
        board.note(change.board, run: change.run, session: change.session, sequence: sequence, at: now)
    }

    mutating func note(toolEvent payload: JSONValue, of event: RunEvent) {
        switch event.body {
        case .toolStarted(let call): board.note(call: call.id, payload, isOver: false, of: event.run)
        case .toolFinished(let id, _, _): board.note(call: id, payload, isOver: true, of: event.run)
        default: break
        }
    }

    mutating func keep(_ broadcast: Broadcast, _ frame: SharedFrame, at now: Int64) {
        if case .text(let piece)? = broadcast.change?.board {
            ring.append(piece, sequence: sequence, timestamp: now)
            return
        }
        ring.append(
            EventRing.Frame(
                sequence: sequence, name: broadcast.name, run: broadcast.run, session: broadcast.session, devices: nil,
                json: frame.json, timestamp: now))
    }
}
