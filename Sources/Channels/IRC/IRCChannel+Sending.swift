import ClawChannelKit
package import ClawCore
import ClawSupport
import Synchronization

extension IRCChannel {
    /// Returns when the server has worked through every line of the message; see `IRCDeliveryQueue`.
    package func send(_ message: OutboundMessage) async throws -> DeliveryReceipt {
        guard message.kind == .message else {
            throw DeliveryError.permanent(reason: "IRC knows no \(message.kind.rawValue) of messages.")
        }
        guard message.media.isEmpty else { throw DeliveryError.permanent(reason: "IRC carries no files.") }
        guard let target = IRCOutbound.target(message.peer) else {
            throw DeliveryError.permanent(reason: "“\(message.peer.id)” is neither a nick nor a channel of IRC.")
        }
        let (sourceLength, id) = state.withLock { ($0.machine.source?.utf8.count, $0.queue.reserve()) }
        let texts = IRCOutbound.lines(
            message.text, target: target, sourceLength: sourceLength, tables: access.tables)
        if texts.isEmpty { throw DeliveryError.permanent(reason: "The message is empty.") }
        let receipt = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(id, texts, target: target, continuation)
            }
        } onCancel: {
            cancel(id)
        }
        state.withLock { $0.status.lastOutboundAt = time.nowMilliseconds }
        return receipt
    }

    private func enqueue(
        _ id: IRCDeliveryQueue.ID, _ texts: [String], target: String,
        _ continuation: CheckedContinuation<DeliveryReceipt, any Error>
    ) {
        let (error, wake): ((any Error)?, AsyncStream<Void>.Continuation?) = state.withLock { state in
            // Whoever cancels takes this lock after the task is marked, so one of the two sees the other.
            if Task.isCancelled { return (CancellationError(), nil) }
            if let obstacle = state.obstacle(target: target) { return (obstacle, nil) }
            let isAdded = state.queue.add(
                id, texts: texts, target: target, foldedTarget: state.machine.network.fold(target),
                labelled: state.machine.capabilities.has("labeled-response"))
            guard isAdded else {
                return (DeliveryError.retryable(reason: "Too many lines wait to be sent.", after: nil), nil)
            }
            state.waiting[id] = continuation
            return (nil, state.wake)
        }
        if let error { continuation.resume(throwing: error) }
        wake?.yield()
    }

    private func cancel(_ id: IRCDeliveryQueue.ID) {
        let (waiter, isVisible) = state.withLock { state in
            (state.waiting.removeValue(forKey: id), state.queue.cancel(id))
        }
        if isVisible {
            waiter?.resume(throwing: DeliveryError.unknown(reason: "Sending was stopped in the middle."))
        } else {
            waiter?.resume(throwing: CancellationError())
        }
    }
}

extension IRCChannelState {
    /// Why nothing can be sent to the target now.
    func obstacle(target: String) -> DeliveryError? {
        if !machine.isOnline { return .retryable(reason: "IRC is not connected.", after: nil) }
        if machine.isWaitingFor(room: target) {
            return .retryable(reason: "The bot is not in \(target) yet.", after: nil)
        }
        return nil
    }
}
