package import ClawCore
package import ClawStore
package import ClawSupport
import Synchronization

/// Lets a caller wait for the end of a delivery that it put into the outbox.
package final class DeliveryWatch: Sendable {
    /// How a delivery ended.
    package struct End: Sendable, Hashable {
        package var outcome: Outcome
        /// The platform's id of the message, where it gives one and this process sent it.
        package var messageID: String?

        package init(outcome: Outcome, messageID: String? = nil) {
            self.outcome = outcome
            self.messageID = messageID
        }
    }

    private struct State {
        var watchers: [WorkID: [UInt64: AsyncStream<End>.Continuation]] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The end of a delivery as soon as there is one; nil when `timeout` passes before. Returns at once for a row that has ended.
    package func end(
        of row: WorkID, in journal: Journal, timeout: Duration, time: any TimeSource
    ) async throws -> End? {
        let (ends, watcher) = AsyncStream.makeStream(of: End.self, bufferingPolicy: .bufferingOldest(1))
        let id = state.withLock { state in
            state.next += 1
            state.watchers[row, default: [:]][state.next] = watcher
            return state.next
        }
        defer { forget(row, id) }
        // Looked at after the watcher is there, so that no end falls between the two.
        if let outcome = try await journal.item(row)?.outcome { return End(outcome: outcome) }
        return await withTaskGroup(of: End?.self) { group in
            group.addTask {
                for await end in ends { return end }
                return nil
            }
            group.addTask {
                // Cancelled when the end comes first; either way there is nothing to tell.
                try? await time.sleep(for: timeout)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Tells everybody who waits for the row.
    func ended(_ row: WorkID, _ end: End) {
        let watchers = state.withLock { $0.watchers[row] ?? [:] }
        for watcher in watchers.values { watcher.yield(end) }
    }

    private func forget(_ row: WorkID, _ id: UInt64) {
        state.withLock { state in
            state.watchers[row]?[id] = nil
            if state.watchers[row]?.isEmpty == true { state.watchers[row] = nil }
        }
    }
}
