/// Flood control: `burst` lines at once, then one each `interval`. Pure; times are monotonic nanoseconds.
struct TokenBucket: Sendable, Hashable {
    private let burst: Int
    private let interval: UInt64
    /// When the bucket is full again.
    private var fullAt: UInt64 = 0

    init(burst: Int, interval: Duration) {
        self.burst = max(1, burst)
        let parts = interval.components
        self.interval =
            UInt64(max(0, parts.seconds)) * 1_000_000_000 + UInt64(max(0, parts.attoseconds) / 1_000_000_000)
    }

    /// Takes a token and returns nil, or takes none and returns how many nanoseconds to wait for one.
    mutating func take(now: UInt64) -> UInt64? {
        let base = max(fullAt, now)
        let room = interval * UInt64(burst - 1)
        if base > now + room { return base - now - room }
        fullAt = base + interval
        return nil
    }
}
