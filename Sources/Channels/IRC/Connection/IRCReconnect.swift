import ClawSupport

/// When to connect again. Pure; times are monotonic nanoseconds.
struct IRCReconnect: Sendable, Hashable {
    /// A connection that held so long starts the count anew.
    static let steadyAfter: UInt64 = 60_000_000_000

    private static let usual = Backoff(first: .seconds(1), factor: 2, maximum: .seconds(300), jitter: 0.3)
    /// What a person must mend is tried rarely.
    private static let patient = Backoff(first: .seconds(60), factor: 2, maximum: .seconds(1800), jitter: 0.3)

    /// Failures in a row.
    private(set) var attempts = 0
    private var onlineSince: UInt64?

    mutating func cameOnline(now: UInt64) { onlineSince = now }

    /// The connection ended or failed; how long to wait. `random` is in 0 to 1.
    mutating func failed(_ reason: IRCCloseReason, now: UInt64, random: Double) -> Duration {
        if let since = onlineSince, now - since >= Self.steadyAfter { attempts = 0 }
        onlineSince = nil
        attempts += 1
        return (reason.needsHelp ? Self.patient : Self.usual).delay(attempt: attempts, random: random)
    }
}
