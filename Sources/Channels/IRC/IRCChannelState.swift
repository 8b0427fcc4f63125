import ClawCore
import ClawSupport

/// What the tasks of a channel share, under one lock.
struct IRCChannelState: Sendable {
    var status: ChannelStatus
    var machine: IRCConnectionMachine
    var queue: IRCDeliveryQueue
    var reconnect = IRCReconnect()
    /// Who waits for the outcome of a message.
    var waiting: [IRCDeliveryQueue.ID: CheckedContinuation<DeliveryReceipt, any Error>] = [:]
    /// Wakes the writer of the present connection.
    var wake: AsyncStream<Void>.Continuation?
    /// Writes a line on the present connection at once, past everything that waits.
    var say: (@Sendable (IRCMessage) -> Void)?
    /// Who waits for the answer to a PING, by its token.
    var pings: [String: CheckedContinuation<Void, any Error>] = [:]
    private let settings: IRCSettings

    init(settings: IRCSettings, status: ChannelStatus) {
        self.settings = settings
        self.status = status
        machine = IRCConnectionMachine(settings: settings)
        queue = IRCDeliveryQueue(flood: settings.flood)
    }

    /// A fresh connection.
    mutating func connecting(
        wake: AsyncStream<Void>.Continuation, say: @escaping @Sendable (IRCMessage) -> Void, now: UInt64
    ) -> [IRCAction] {
        machine = IRCConnectionMachine(settings: settings)
        self.wake = wake
        self.say = say
        return machine.start(now: now)
    }

    /// The connection is gone, and nothing may be queued until there is another.
    mutating func disconnected(_ reason: IRCCloseReason) -> [IRCDeliveryNews] {
        _ = machine.close(reason)
        status.connected = false
        wake = nil
        say = nil
        return finish(queue.disconnect(reason: reason.description))
    }

    /// Takes out who waits for the answer to any PING, to be told outside of the lock.
    mutating func takePings() -> [CheckedContinuation<Void, any Error>] {
        defer { pings = [:] }
        return Array(pings.values)
    }

    /// Takes out who waits for the given messages, to be told outside of the lock.
    mutating func finish(_ completions: [IRCDeliveryQueue.Completion]) -> [IRCDeliveryNews] {
        completions.compactMap { completion in
            guard let waiter = waiting.removeValue(forKey: completion.id) else { return nil }
            return IRCDeliveryNews(waiter: waiter, result: completion.result)
        }
    }
}

/// The outcome of a message and who waits for it.
struct IRCDeliveryNews: Sendable {
    let waiter: CheckedContinuation<DeliveryReceipt, any Error>
    let result: Result<DeliveryReceipt, DeliveryError>

    func tell() { waiter.resume(with: result) }
}
