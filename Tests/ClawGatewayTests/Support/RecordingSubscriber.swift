import ClawGateway
import ClawProtocol
import ClawSupport
import NIOCore
import NIOPosix

/// A connection that notes what it gets.
final class RecordingSubscriber: EventSubscriber {
    private(set) var frames: [String] = []
    private(set) var flushes = 0

    func enqueue(_ frame: SharedFrame) {
        let bytes = Array(frame.bytes.readableBytesView)
        let header = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10
        frames.append(String(decoding: bytes[header...], as: UTF8.self))
    }

    func flush() { flushes += 1 }

    func take() -> [String] {
        defer { frames = [] }
        return frames
    }
}

/// Connections to a hub that note what they get. Everything happens on one event loop, so that a test knows what was
/// delivered when.
struct HubFixture {
    let hub: EventHub
    let loop = MultiThreadedEventLoopGroup.singleton.any()

    static func connection(
        _ id: String, scopes: [Scope] = [.read], role: Role = .operator, caps: [String] = [], device: String? = nil
    ) -> ClientConnection {
        var params = ConnectParams.test()
        params.caps = caps
        return ClientConnection(
            id: id, params: params, role: role, scopes: scopes, deviceID: device, remote: .local, connectedAt: 0)
    }

    func join(_ connection: ClientConnection) async throws -> NIOLoopBound<RecordingSubscriber> {
        try await loop.submit { [hub, loop] in
            let subscriber = RecordingSubscriber()
            hub.join(subscriber, as: connection, on: loop)
            return NIOLoopBound(subscriber, eventLoop: loop)
        }.get()
    }

    func leave(_ connection: ClientConnection) async throws {
        try await loop.submit { [hub, loop] in hub.leave(connection.id, on: loop) }.get()
    }

    /// What was delivered so far, and forgets it.
    func take(_ subscriber: NIOLoopBound<RecordingSubscriber>) async throws -> [String] {
        try await loop.submit { subscriber.value.take() }.get()
    }

    /// The answer to a question, with a standing that says what it is.
    func ask(
        _ connection: ClientConnection, _ known: EventHub.Question.Known?, sessions: Set<String>? = nil
    ) throws -> JSONValue {
        let question = EventHub.Question(known: known, sessions: sessions)
        switch hub.answer(question, for: connection) {
        case .continuation(let bytes): return try JSONParser.parse(bytes)
        case .snapshot(let snapshot): return snapshot.json(presence: ["p"], health: ["h": 1])
        }
    }
}
