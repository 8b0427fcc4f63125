import ClawProtocol
package import ClawSupport
import Synchronization

/// How often one client may change what the Gateway is: three times a minute over all methods that do (gateway-protocol §8.5;
/// attacks S58).
package final class ControlLimit: Sendable {
    private struct Window {
        var start: UInt64
        var count: Int
    }

    package static let calls = 3
    private static let length: UInt64 = 60_000_000_000
    /// Clients that are counted at one time.
    static let maxClients = 1000
    private let windows = Mutex<[String: Window]>([:])
    private let time: any TimeSource

    package init(time: any TimeSource) { self.time = time }

    /// Counts a call. Throws the wire's error beyond the limit.
    func admit(_ method: String, _ connection: ClientConnection) throws(WireError) {
        let now = time.monotonicNanoseconds
        // Connecting again must not give a fresh limit, so the address stands for a client without a device.
        let client = "\(connection.deviceID ?? "")|\(connection.remote.limitKey)"
        let rest = windows.withLock { windows -> UInt64? in
            windows = windows.filter { now - $0.value.start < Self.length }
            if windows.count >= Self.maxClients, windows[client] == nil {
                // One that used up its calls stays, else it would get new ones by letting many others connect.
                let open = windows.filter { $0.value.count < Self.calls }.min { $0.value.start < $1.value.start }
                guard let oldest = open?.key else {
                    return Self.length - (now - (windows.values.map(\.start).min() ?? now))
                }
                windows[oldest] = nil
            }
            var window = windows[client] ?? Window(start: now, count: 0)
            if window.count >= Self.calls { return Self.length - (now - window.start) }
            window.count += 1
            windows[client] = window
            return nil
        }
        guard let rest else { return }
        let milliseconds = Int((rest + 999_999) / 1_000_000)
        let seconds = (milliseconds + 999) / 1000
        throw WireError(
            .unavailable, "rate limit exceeded for \(method); retry after \(seconds)s",
            details: ["method": .string(method), "limit": "\(Self.calls) per 60s"], retryable: true,
            retryAfter: milliseconds)
    }
}
