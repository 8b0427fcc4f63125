import AsyncHTTPClient
import ClawCore
import ClawSupport
import NIOCore
import NIOHTTP1
import Synchronization

/// One request and its answer: the bounded buffer between the event loop that reads and the task that consumes.
///
/// What arrives in one turn of the event loop is handed over as one piece. One timer watches both deadlines, so that a
/// piece costs no timer. All methods of the delegate run on the event loop; `nextHead` and `nextBytes` have one caller.
final class HTTPExchange: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State {
        var task: HTTPClient.Task<Void>?
        var head: IncomingHead?
        var bytes: [UInt8] = []
        var outcome: Result<Void, any Error>?
        var consumer: CheckedContinuation<Void, Never>?
        var wakeIsScheduled = false
        /// Set while the buffer is full: the event loop reads on when it is fulfilled.
        var room: EventLoopPromise<Void>?
        var isConnected = false
        var lastActivity = NIODeadline.now()
        var watch: Scheduled<Void>?
    }

    private let state = Mutex(State())
    private let server: String
    private let connectTimeout: Duration
    private let idleTimeout: Duration

    /// The reader stops at this many bytes that nobody has taken yet.
    private static let bufferLimit = 256 << 10
    /// Sum of the names and values of an answer's headers.
    private static let headerLimit = 64 << 10
    /// Most streamed pieces fit without growing.
    private static let usualPiece = 2048

    init(server: String, connectTimeout: Duration, idleTimeout: Duration) {
        self.server = server
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
    }

    /// Takes the running task and begins to watch its deadlines.
    func start(_ task: HTTPClient.Task<Void>) {
        let isOver = state.withLock { state in
            state.task = task
            return state.outcome != nil
        }
        if isOver { return task.cancel() }
        task.futureResult.whenFailure { self.end(.failure($0)) }
        watch(on: task.eventLoop, after: min(connectTimeout, idleTimeout))
    }

    /// Ends the exchange from this side and gives the connection up.
    func stop(_ error: any Error) {
        end(.failure(error))
        let task = state.withLock { $0.task }
        task?.cancel()
    }

    func nextHead() async throws -> IncomingHead {
        while true {
            let found = try state.withLock { state -> IncomingHead? in
                if let head = state.head { return head }
                if case .failure(let error) = state.outcome { throw error }
                return nil
            }
            if let found { return found }
            await waitForMore()
        }
    }

    /// All bytes that have arrived and were not taken yet; nil after the last.
    func nextBytes() async throws -> [UInt8]? {
        while true {
            let (bytes, room, isOver) = try state.withLock { state in
                if state.bytes.isEmpty, case .failure(let error) = state.outcome { throw error }
                var bytes: [UInt8] = []
                swap(&bytes, &state.bytes)
                let room = state.room
                state.room = nil
                return (bytes, room, state.outcome != nil)
            }
            room?.succeed()
            if !bytes.isEmpty { return bytes }
            if isOver { return nil }
            await waitForMore()
        }
    }

    private func waitForMore() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.outcome != nil || !state.bytes.isEmpty { return true }
                state.consumer = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    private func wake() {
        let consumer = state.withLock { state in
            state.wakeIsScheduled = false
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume()
    }

    private func end(_ outcome: Result<Void, any Error>) {
        let (watch, room) = state.withLock { state -> (Scheduled<Void>?, EventLoopPromise<Void>?) in
            if state.outcome != nil { return (nil, nil) }
            state.outcome = outcome.mapError { error in
                TransportFault.describe(error, server: server, isConnected: state.isConnected)
            }
            defer {
                state.watch = nil
                state.room = nil
            }
            return (state.watch, state.room)
        }
        watch?.cancel()
        room?.succeed()
        wake()
    }
}

extension HTTPExchange {
    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        state.withLock { state in
            state.isConnected = true
            state.lastActivity = .now()
        }
    }

    func didSendRequestPart(task: HTTPClient.Task<Void>, _ part: IOData) {
        state.withLock { $0.lastActivity = .now() }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        var headers: [String: String] = [:]
        var size = 0
        for (name, value) in head.headers {
            size += name.utf8.count + value.utf8.count
            headers[name.lowercased()] = value
        }
        if size > Self.headerLimit {
            let error = ProviderError(.format, "\(server) sent more than \(Self.headerLimit) bytes of headers.")
            end(.failure(error))
            return task.eventLoop.makeFailedFuture(error)
        }
        let incoming = IncomingHead(status: Int(head.status.code), headers: headers)
        state.withLock { state in
            state.head = incoming
            state.lastActivity = .now()
        }
        wakeLater(on: task.eventLoop)
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let room = state.withLock { state -> EventLoopPromise<Void>? in
            if state.bytes.isEmpty { state.bytes.reserveCapacity(max(Self.usualPiece, buffer.readableBytes)) }
            state.bytes.append(contentsOf: buffer.readableBytesView)
            state.lastActivity = .now()
            if state.bytes.count < Self.bufferLimit || state.outcome != nil { return nil }
            let room = task.eventLoop.makePromise(of: Void.self)
            state.room = room
            return room
        }
        wakeLater(on: task.eventLoop)
        return room?.futureResult ?? task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws { end(.success(())) }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) { end(.failure(error)) }

    /// Wakes the consumer once what the event loop holds now has been read, so that it takes everything in one piece.
    private func wakeLater(on eventLoop: any EventLoop) {
        let mustSchedule = state.withLock { state in
            if state.wakeIsScheduled { return false }
            state.wakeIsScheduled = true
            return true
        }
        if mustSchedule { eventLoop.execute { self.wake() } }
    }
}

extension HTTPExchange {
    private func watch(on eventLoop: any EventLoop, after wait: Duration) {
        let scheduled = eventLoop.scheduleTask(in: TimeAmount(wait)) { self.checkDeadline(on: eventLoop) }
        let isOver = state.withLock { state in
            if state.outcome != nil { return true }
            state.watch = scheduled
            return false
        }
        if isOver { scheduled.cancel() }
    }

    private func checkDeadline(on eventLoop: any EventLoop) {
        let (silence, isConnected, isHeld) = state.withLock { state in
            (NIODeadline.now() - state.lastActivity, state.isConnected, !state.bytes.isEmpty)
        }
        let limit = TimeAmount(isConnected ? idleTimeout : connectTimeout)
        if silence < limit || isHeld {
            // Bytes that wait for their consumer are no silence of the server. The connection may be made at any
            // moment, and from then on the other deadline counts: hence the smaller of both.
            let rest = isHeld ? limit : limit - silence
            return watch(on: eventLoop, after: min(.nanoseconds(rest.nanoseconds), idleTimeout))
        }
        stop(
            isConnected
                ? ProviderError(.timeout, "\(server) sent nothing for \(Self.text(idleTimeout)).")
                : ProviderError(.timeout, "Connecting to \(server) took longer than \(Self.text(connectTimeout))."))
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds >= 1000 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
