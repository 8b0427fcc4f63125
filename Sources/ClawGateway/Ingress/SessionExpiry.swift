package import ClawConfig
import ClawSupport

/// Whether a session is too old to go on (agent-runtime §3). Pure; evaluated when the next message comes.
package struct SessionExpiry: Sendable {
    private let reset: SessionConfiguration.Reset
    /// Seconds that the Gateway's local time is ahead of UTC.
    private let offset: Int

    package init(reset: SessionConfiguration.Reset, offset: Int) {
        self.reset = reset
        self.offset = offset
    }

    /// Why the session starts anew: `daily` or `idle`; nil when it goes on. Times in milliseconds since 1970.
    package func reason(updatedAt: Int64, now: Int64) -> String? {
        if reset.mode == .daily, updatedAt < lastBoundary(before: now) { return "daily" }
        if let minutes = reset.idleMinutes, now > updatedAt + Int64(minutes) * 60_000 { return "idle" }
        return nil
    }

    /// The latest moment at or before `now` at which the local clock showed the hour of the daily reset.
    private func lastBoundary(before now: Int64) -> Int64 {
        let local = now + Int64(offset) * 1000
        let day = CivilDate(milliseconds: local).startMilliseconds
        let boundary = day + Int64(reset.atHour) * 3_600_000
        let latest = boundary <= local ? boundary : boundary - 86_400_000
        return latest - Int64(offset) * 1000
    }
}
