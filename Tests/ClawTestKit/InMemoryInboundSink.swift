package import ClawCore
import Synchronization

/// Keeps what a channel hands in, in the order of arrival.
package final class InMemoryInboundSink: InboundSink {
    private let messages = Mutex<[InboundMessage]>([])

    package init() {}

    package var all: [InboundMessage] { messages.withLock { $0 } }

    package func accept(_ message: InboundMessage) async throws -> Admission {
        messages.withLock { messages in
            messages.append(message)
            return .queued(WorkID("\(messages.count)"))
        }
    }

    /// The message at a position, once it is there.
    package func message(_ index: Int) async throws -> InboundMessage {
        try await eventually("message number \(index)") { self.all.count > index }
        return all[index]
    }
}

/// Returns once `isTrue` says so; throws after a minute. For what another process does; everything else is told by an
/// injected clock.
package func eventually(_ what: String, _ isTrue: () -> Bool) async throws {
    let start = ContinuousClock.now
    while !isTrue() {
        if start.duration(to: .now) > .seconds(60) {
            throw ChildProcess.Failure(description: "Waited in vain for \(what).")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
