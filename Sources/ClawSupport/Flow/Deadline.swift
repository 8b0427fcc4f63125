/// Runs `body` and throws `error` when it takes longer than `duration` on the clock `time`; `body` is cancelled then, and has
/// to end for this to return.
package func withDeadline<Result: Sendable>(
    _ duration: Duration, _ time: any TimeSource, throwing error: any Error,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await body() }
        group.addTask {
            try await time.sleep(for: duration)
            return nil
        }
        guard let first = try await group.next(), let result = first else { throw error }
        return result
    }
}
