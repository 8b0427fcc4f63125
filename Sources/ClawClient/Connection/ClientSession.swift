import ClawProtocol
import ClawSupport
import Synchronization

/// What one connection waits for: the challenge, answers, and events for the reader.
///
/// The event loop puts frames in, callers wait for answers; nothing waits or calls out under the lock.
final class ClientSession: Sendable {
    private struct Pending {
        let continuation: CheckedContinuation<JSONValue, any Error>
        /// Skip a first answer whose status is `accepted`.
        let wantsFinal: Bool
    }

    private enum Challenge {
        case expected
        case awaited(CheckedContinuation<String, any Error>)
        case received(String)
    }

    private struct State {
        var nextID = 1
        var pending: [String: Pending] = [:]
        var challenge = Challenge.expected
        /// Set once the connection has ended; every later wait fails with it at once.
        var end: GatewayClientError?
        /// Ids whose waiter was cancelled before it was registered.
        var cancelled: Set<String> = []
    }

    private let state = Mutex(State())
    private let continuation: AsyncStream<EventFrame>.Continuation
    let events: AsyncStream<EventFrame>

    init(eventBuffer: Int) {
        (events, continuation) = AsyncStream.makeStream(
            of: EventFrame.self, bufferingPolicy: .bufferingNewest(eventBuffer))
    }

    /// An id that no other request of this connection has.
    func makeID() -> String {
        state.withLock { state in
            defer { state.nextID += 1 }
            return String(state.nextID)
        }
    }

    /// Takes one message of the Gateway. What is no frame is ignored, as the protocol says.
    func receive(_ bytes: [UInt8]) {
        // A Gateway of a later version may send what this one cannot read; the request then ends by its deadline.
        guard let json = try? JSONParser.parse(bytes), let frame = ServerFrame(json: json) else { return }
        switch frame {
        case .event(let event) where event.name == .connectChallenge:
            challenged(event.payload?["nonce"]?.stringValue ?? "")
        case .event(let event): continuation.yield(event)
        case .response(let response): answered(response)
        }
    }

    private func challenged(_ nonce: String) {
        let waiter = state.withLock { state -> CheckedContinuation<String, any Error>? in
            defer { state.challenge = .received(nonce) }
            if case .awaited(let continuation) = state.challenge { return continuation }
            return nil
        }
        waiter?.resume(returning: nonce)
    }

    private func answered(_ response: ResponseFrame) {
        let pending = state.withLock { state -> Pending? in
            guard let pending = state.pending[response.id] else { return nil }
            if pending.wantsFinal, response.ok, response.payload?["status"] == "accepted" { return nil }
            state.pending[response.id] = nil
            return pending
        }
        guard let pending else { return }
        if response.ok {
            pending.continuation.resume(returning: response.payload ?? .null)
        } else {
            let error = response.error ?? WireError(.unavailable, "the Gateway gave no reason")
            pending.continuation.resume(throwing: GatewayClientError.refused(error, payload: response.payload))
        }
    }

    /// Ends every wait with `error`; only the first end counts.
    func end(_ error: GatewayClientError) {
        let waiters = state.withLock {
            state -> (answers: [Pending], challenge: CheckedContinuation<String, any Error>?) in
            if state.end != nil { return ([], nil) }
            state.end = error
            defer { state.pending = [:] }
            var challenge: CheckedContinuation<String, any Error>?
            if case .awaited(let continuation) = state.challenge { challenge = continuation }
            state.challenge = .expected
            return (Array(state.pending.values), challenge)
        }
        for pending in waiters.answers { pending.continuation.resume(throwing: error) }
        waiters.challenge?.resume(throwing: error)
        continuation.finish()
    }

    /// Why the connection ended; nil while it is open.
    var endReason: GatewayClientError? { state.withLock { $0.end } }

    /// The nonce of the Gateway's challenge.
    func challenge() async throws -> String {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<String, any Error>) in
                let known = state.withLock { state -> Result<String, any Error>? in
                    if let end = state.end { return .failure(end) }
                    if case .received(let nonce) = state.challenge { return .success(nonce) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.challenge = .awaited(waiter)
                    return nil
                }
                if let known { waiter.resume(with: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<String, any Error>? in
                guard case .awaited(let waiter) = state.challenge else { return nil }
                state.challenge = .expected
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Waits for the answer to `id`; `send` is called once the wait is registered.
    func answer(to id: String, wantsFinal: Bool, send: @Sendable () -> Void) async throws -> JSONValue {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<JSONValue, any Error>) in
                let failure = state.withLock { state -> (any Error)? in
                    if let end = state.end { return end }
                    if state.cancelled.remove(id) != nil { return CancellationError() }
                    state.pending[id] = Pending(continuation: waiter, wantsFinal: wantsFinal)
                    return nil
                }
                if let failure {
                    waiter.resume(throwing: failure)
                } else {
                    send()
                }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Pending? in
                if let pending = state.pending.removeValue(forKey: id) { return pending }
                if state.end == nil { state.cancelled.insert(id) }
                return nil
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
