import ClawProtocol
import NIOCore
import Synchronization

/// The connections of one event loop and the frames on their way to them. Frames collect while the loop is busy, and then go
/// to all its connections in one visit with one flush each.
final class EventLane: Sendable {
    private struct Member {
        let subscriber: any EventSubscriber
        let connection: ClientConnection
        let joinedAt: Int
    }

    private struct Waiting {
        var frames: [SharedFrame] = []
        var isScheduled = false
    }

    private let loop: any EventLoop
    private let waiting = Mutex(Waiting())
    private let members: NIOLoopBoundBox<[String: Member]>

    /// Must be created on `loop`.
    init(loop: any EventLoop) {
        self.loop = loop
        members = NIOLoopBoundBox([:], eventLoop: loop)
    }

    func join(_ subscriber: any EventSubscriber, _ connection: ClientConnection, at order: Int) {
        members.value[connection.id] = Member(subscriber: subscriber, connection: connection, joinedAt: order)
    }

    func leave(_ id: String) { members.value[id] = nil }

    /// Appends a frame. Frames must come in their order: the hub calls this while it holds its own lock.
    func append(_ frame: SharedFrame) {
        let isFirst = waiting.withLock { waiting in
            waiting.frames.append(frame)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if isFirst { loop.execute { self.deliver() } }
    }

    private func deliver() {
        let frames = waiting.withLock { waiting in
            waiting.isScheduled = false
            let frames = waiting.frames
            waiting.frames.removeAll(keepingCapacity: frames.count <= 64)
            return frames
        }
        for member in members.value.values {
            let connection = member.connection
            var isTouched = false
            for frame in frames where frame.order > member.joinedAt {
                if let targets = frame.targets {
                    guard targets.contains(connection.id) else { continue }
                } else if !connection.mayKnow(frame.name) {
                    continue
                }
                member.subscriber.enqueue(frame)
                isTouched = true
            }
            if isTouched { member.subscriber.flush() }
        }
    }
}
