package import ClawCore
package import ClawSupport

/// Calls a provider again when it failed in a way that may pass: overload, limits, broken connections, silence.
///
/// Nothing else is retried, above all no refused key. What the vendor asks to wait is waited, as long as the budget
/// allows.
package struct RetryingProvider: ModelProvider {
    package var id: String { provider.id }
    package var api: String { provider.api }
    package var models: [ModelDescription] { provider.models }

    private let provider: any ModelProvider
    private let policy: RetryPolicy
    private let time: any TimeSource
    private let entropy: any Entropy

    package init(_ provider: any ModelProvider, policy: RetryPolicy, time: any TimeSource, entropy: any Entropy) {
        self.provider = provider
        self.policy = policy
        self.time = time
        self.entropy = entropy
    }

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let start = time.monotonicNanoseconds
        var attempt = 1
        while true {
            var hasEmitted = false
            var consumerFailed = false
            do {
                return try await provider.respond(to: request) { events in
                    hasEmitted = true
                    do {
                        try await emit(events)
                    } catch {
                        consumerFailed = true
                        throw error
                    }
                }
            } catch let error as ProviderError where error.isTransient && !consumerFailed {
                guard let wait = wait(after: error, attempt: attempt, start: start) else { throw error }
                if hasEmitted { try await emit([.restarted(reason: error.message)]) }
                try await time.sleep(for: wait)
            }
            attempt += 1
        }
    }

    /// How long to wait before the next call; nil when there is to be none.
    private func wait(after error: ProviderError, attempt: Int, start: UInt64) -> Duration? {
        if attempt >= policy.attempts { return nil }
        let wait = max(policy.backoff.delay(attempt: attempt, entropy: entropy), error.retryAfter ?? .zero)
        let elapsed = Duration.nanoseconds(Int64(time.monotonicNanoseconds - start))
        return elapsed + wait > policy.budget ? nil : wait
    }
}
