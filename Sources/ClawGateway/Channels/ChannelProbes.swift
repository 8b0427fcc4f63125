package import ClawCore
package import ClawSupport
import Synchronization

/// Looks at channel accounts themselves, not only at what they said last. Whoever may ask may ask often, so an account is
/// looked at once at a time, and a finding stands for as long as its channel says.
package final class ChannelProbes: Sendable {
    /// What a look brought, and when it did.
    package struct Finding: Sendable, Hashable {
        /// Milliseconds since 1970.
        package var at: Int64
        package var probe: ChannelProbe
    }

    package typealias Findings = [ChannelRegistry.Key: Finding]

    private struct Kept {
        var finding: Finding
        /// Monotonic nanoseconds.
        var until: UInt64
        var generation: Int
    }

    private let channels: ChannelRegistry
    private let time: any TimeSource
    private let lanes = LaneScheduler(maximumWaiters: 64)
    private let kept = Mutex<[ChannelRegistry.Key: Kept]>([:])

    package init(channels: ChannelRegistry, time: any TimeSource) {
        self.channels = channels
        self.time = time
    }

    /// How long a caller waits who asks for so many milliseconds: ten seconds when it does not say, and within reason.
    package static func timeout(_ milliseconds: Int?) -> Duration {
        .milliseconds(min(max(milliseconds ?? 10_000, 1_000), 30_000))
    }

    /// Looks at all accounts at once. Throws only `CancellationError`.
    package func look(timeout: Duration) async throws -> Findings {
        let all = channels.channels
        let keys = Set(all.map { ChannelRegistry.Key($0) })
        kept.withLock { kept in kept = kept.filter { keys.contains($0.key) } }
        return try await withThrowingTaskGroup(of: (ChannelRegistry.Key, Finding).self) { group in
            for channel in all {
                group.addTask {
                    (ChannelRegistry.Key(channel), try await self.finding(channel, timeout: timeout))
                }
            }
            var findings: Findings = [:]
            for try await (key, finding) in group { findings[key] = finding }
            return findings
        }
    }

    private func finding(_ channel: any Channel, timeout: Duration) async throws -> Finding {
        let key = ChannelRegistry.Key(channel)
        do {
            return try await lanes.withLane("\(key.channel)/\(key.account)") {
                if let finding = valid(key) { return finding }
                let generation = channels.generation
                let probe = try await channel.probe(timeout: timeout)
                let finding = Finding(at: time.nowMilliseconds, probe: probe)
                let until = time.monotonicNanoseconds + UInt64(max(0, probe.validity.wholeMilliseconds)) * 1_000_000
                kept.withLock { $0[key] = Kept(finding: finding, until: until, generation: generation) }
                return finding
            }
        } catch is LaneScheduler.LaneFull {
            return Finding(
                at: time.nowMilliseconds, probe: ChannelProbe(error: "Too many callers wait for this account already."))
        }
    }

    private func valid(_ key: ChannelRegistry.Key) -> Finding? {
        let (now, generation) = (time.monotonicNanoseconds, channels.generation)
        return kept.withLock { kept in
            guard let entry = kept[key], entry.until > now, entry.generation == generation else { return nil }
            return entry.finding
        }
    }
}
