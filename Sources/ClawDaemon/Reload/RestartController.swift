import ClawGateway
import ClawStore
import ClawSupport
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Restarts of the Gateway within its process: requests that come close together become one, and two restarts keep a distance
/// (config §9).
final class RestartController: Sendable {
    static let usualDelay: Int64 = 2000
    static let longestDelay: Int64 = 60_000
    static let cooldown: Int64 = 30_000

    private struct State {
        /// When the restart that is asked for is due, in milliseconds since 1970.
        var firm: Int64?
        /// When the one is due that a change asks for whose author may still wish another time.
        var soft: Int64?
        var lastRestart: Int64?

        var due: Int64? { [firm, soft].compactMap(\.self).min() }
    }

    private let state = Mutex(State())
    private let time: any TimeSource
    private let wake: AsyncStream<Void>.Continuation
    private let wakeups: AsyncStream<Void>

    init(time: any TimeSource) {
        self.time = time
        (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a restart and tells what comes of it, in the form of the wire.
    func request(_ request: RestartRequest) -> JSONValue {
        let delay = min(request.delayMilliseconds.map(Int64.init) ?? Self.usualDelay, Self.longestDelay)
        return ask(delay: delay, reason: request.kind.rawValue)
    }

    /// What comes of a change that was just put into effect: the restart that it causes, at the time that the caller wishes, or
    /// nil when it needs none. One that was due before stays due then.
    func pending(_ request: RestartRequest) -> JSONValue? {
        let isPending = state.withLock { state in
            defer { state.soft = nil }
            return state.due != nil
        }
        guard isPending else { return nil }
        return self.request(request)
    }

    /// When the next restart is due, in milliseconds since 1970; nil when none is asked for.
    var due: Int64? { state.withLock { $0.due } }

    /// - Parameters:
    ///   - cools: whether the distance between two restarts is kept; a person who asks need not wait.
    ///   - awaitsWish: whether `pending` follows and says when it shall be.
    @discardableResult func ask(
        delay: Int64, reason: String, cools: Bool = true, awaitsWish: Bool = false
    ) -> JSONValue {
        let now = time.nowMilliseconds
        let (wait, isCoalesced, cooled) = state.withLock { state -> (Int64, Bool, Int64) in
            let earliest = cools ? state.lastRestart.map { $0 + Self.cooldown } ?? now : now
            let cooled = max(0, earliest - (now + delay))
            let wanted = now + delay + cooled
            if let due = state.due, due <= wanted { return (max(0, due - now), true, 0) }
            if awaitsWish { state.soft = wanted } else { state.firm = wanted }
            return (wanted - now, false, cooled)
        }
        wake.yield()
        return [
            "ok": true, "pid": .int(Int(getpid())), "signal": "SIGUSR1", "delayMs": .int64(wait),
            "reason": .string(reason), "mode": "emit", "coalesced": .bool(isCoalesced),
            "cooldownMsApplied": .int64(cooled),
        ]
    }

    /// Returns when a restart is due. Throws when the task is cancelled.
    func wait() async throws {
        for await _ in wakeups {
            while let due = state.withLock({ $0.due }) {
                let now = time.nowMilliseconds
                if due <= now {
                    state.withLock { state in
                        (state.firm, state.soft) = (nil, nil)
                        state.lastRestart = now
                    }
                    return
                }
                try await time.sleep(for: .milliseconds(due - now))
            }
        }
        throw CancellationError()
    }
}
