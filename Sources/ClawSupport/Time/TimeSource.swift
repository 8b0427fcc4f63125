/// The time of day and the passing of time, injected everywhere so that tests never wait.
package protocol TimeSource: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, as every timestamp of the wire and the state directory.
    var nowMilliseconds: Int64 { get }

    /// Nanoseconds on a clock that never goes back; only differences mean something.
    var monotonicNanoseconds: UInt64 { get }

    /// Returns after `duration`; throws `CancellationError` when the task is cancelled first.
    func sleep(for duration: Duration) async throws
}

/// The clocks of the machine.
package struct SystemTimeSource: TimeSource {
    package init() {}

    package var nowMilliseconds: Int64 { PosixClock.realtimeMilliseconds() }

    package var monotonicNanoseconds: UInt64 { PosixClock.monotonicNanoseconds() }

    package func sleep(for duration: Duration) async throws { try await SystemAlarm.shared.sleep(for: duration) }
}
