package import ClawSupport

/// How often and for how long one request is tried. Both bounds hold for the request as a whole, so that a vendor that
/// fails for ever costs a known number of calls.
package struct RetryPolicy: Sendable, Hashable {
    /// Calls in all, the first included.
    package var attempts: Int
    /// Counted from the first call: no further call begins later than this.
    package var budget: Duration
    package var backoff: Backoff

    package init(
        attempts: Int = 4, budget: Duration = .seconds(120),
        backoff: Backoff = Backoff(first: .milliseconds(500), maximum: .seconds(20), jitter: 0.5)
    ) {
        self.attempts = attempts
        self.budget = budget
        self.backoff = backoff
    }
}
