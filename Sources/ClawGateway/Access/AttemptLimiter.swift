package import ClawSupport
import Synchronization

/// Counts failed attempts to prove a secret, one budget for every kind of secret (gateway-protocol §8.4; attacks S04, S05).
/// Only failures count; a success clears them; a lockout holds also against the right secret.
package final class AttemptLimiter: Sendable {
    private struct Record {
        /// Times of failures, monotonic nanoseconds.
        var failures: [UInt64] = []
        var lockedUntil: UInt64 = 0
    }

    /// What comes through Tailscale's proxy on this machine counts by the address that it names. A program here could name a new one
    /// for each guess, so all of them together have a budget as well.
    package static let relayedPrefix = "relayed "
    private static let relayedKey = "relayed"
    private static let relayedFactor = 20

    /// Browsers on this machine count under an address of their own, so that a page cannot lock out the command line.
    package static let browserKey = "198.18.0.1"
    private static let maxKeys = 10_000
    private let records = Mutex<[String: Record]>([:])
    private let time: any TimeSource

    package init(time: any TimeSource) { self.time = time }

    /// What an attempt counts under; nil when it is exempt.
    package static func key(_ remote: RemoteAddress, _ limit: AccessSettings.RateLimit) -> String? {
        if remote.isRelayed { return remote.limitKey }
        let isLoopback = remote.unplacedUser == nil && (remote.client ?? remote.peer)?.isLoopback ?? false
        if remote.origin != nil, isLoopback { return browserKey }
        if isLoopback, remote.origin == nil, limit.exemptLoopback { return nil }
        return remote.limitKey
    }

    /// How long `key` is locked out still; nil when it is not.
    package func lockout(_ key: String) -> Duration? {
        let now = time.monotonicNanoseconds
        return records.withLock { records in
            let shared = key.hasPrefix(Self.relayedPrefix) ? records[Self.relayedKey]?.lockedUntil ?? 0 : 0
            let until = max(records[key]?.lockedUntil ?? 0, shared)
            return until > now ? .nanoseconds(Int64(until - now)) : nil
        }
    }

    package func noteFailure(_ key: String, _ limit: AccessSettings.RateLimit) {
        if key.hasPrefix(Self.relayedPrefix) {
            var shared = limit
            shared.maxAttempts *= Self.relayedFactor
            noteFailure(Self.relayedKey, shared)
        }
        let now = time.monotonicNanoseconds
        let window = Self.nanoseconds(limit.window)
        records.withLock { records in
            if records.count >= Self.maxKeys { Self.prune(&records, now: now, window: window) }
            var record = records[key] ?? Record()
            record.failures.removeAll { now - $0 > window }
            record.failures.append(now)
            if record.failures.count >= limit.maxAttempts {
                record.lockedUntil = now + Self.nanoseconds(limit.lockout)
                record.failures = []
            }
            records[key] = record
        }
    }

    package func noteSuccess(_ key: String) { records.withLock { $0[key] = nil } }

    /// Keeps the map bounded: what is over goes first, then counts below a lockout, and only then the lockout that ends first,
    /// so that many addresses cannot push out a lockout that holds.
    private static func prune(_ records: inout [String: Record], now: UInt64, window: UInt64) {
        records = records.filter { $0.value.lockedUntil > now || $0.value.failures.contains { now - $0 <= window } }
        guard records.count >= maxKeys else { return }
        // A tenth at once, so that a full table is not looked through for every failure.
        for (key, _) in records.sorted(by: { $0.value.lockedUntil < $1.value.lockedUntil }).prefix(maxKeys / 10) {
            records[key] = nil
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let parts = duration.components
        return UInt64(max(0, parts.seconds)) * 1_000_000_000 + UInt64(max(0, parts.attoseconds) / 1_000_000_000)
    }
}
