package import ClawCore
package import ClawStore
package import ClawSupport
import Synchronization

/// Lets a caller wait for the end of deliveries that it put into the outbox. How they ended is in their rows; here is only told
/// that there is something to read.
package final class DeliveryWatch: Sendable {
    private typealias Watcher = AsyncStream<Void>.Continuation

    private struct State {
        var watchers: [WorkID: [UInt64: Watcher]] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The rows as soon as all have ended, in the order of `rows`; nil when `timeout` passes before that.
    package func ends(
        of rows: [WorkID], in journal: Journal, timeout: Duration, time: any TimeSource
    ) async throws -> [WorkItem]? {
        let (news, watcher) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = watch(rows, watcher)
        defer { forget(rows, id) }
        let ended = try await withThrowingTaskGroup(of: [WorkItem]?.self) { group in
            group.addTask {
                // Read after the watcher is there, so that no end falls between the two.
                if let ended = try await Self.ended(rows, in: journal) { return ended }
                for await _ in news {
                    if let ended = try await Self.ended(rows, in: journal) { return ended }
                }
                return nil
            }
            group.addTask {
                // Cancelled when the ends come first; either way there is nothing to tell.
                try? await time.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let ended { return ended }
        try Task.checkCancellation()
        // Somebody else may have written the outcomes, who knows nothing of those who wait.
        return try await Self.ended(rows, in: journal)
    }

    /// Tells everybody who waits for the row that it has ended.
    func ended(_ row: WorkID) {
        let watchers = state.withLock { $0.watchers[row] ?? [:] }
        for watcher in watchers.values { watcher.yield() }
    }

    /// The rows when all have ended, else nil.
    private static func ended(_ rows: [WorkID], in journal: Journal) async throws -> [WorkItem]? {
        var items: [WorkItem] = []
        for row in rows {
            guard let item = try await journal.item(row), item.outcome != nil else { return nil }
            items.append(item)
        }
        return items
    }

    private func watch(_ rows: [WorkID], _ watcher: Watcher) -> UInt64 {
        state.withLock { state in
            state.next += 1
            for row in rows { state.watchers[row, default: [:]][state.next] = watcher }
            return state.next
        }
    }

    private func forget(_ rows: [WorkID], _ id: UInt64) {
        state.withLock { state in
            for row in rows {
                state.watchers[row]?[id] = nil
                if state.watchers[row]?.isEmpty == true { state.watchers[row] = nil }
            }
        }
    }
}
