package import ClawCore
package import ClawStore
import ClawSupport

/// When an outbox row is sent, tried again or given up (promise 3). Pure, so that every case is tested by equality.
package struct DeliverySchedule: Sendable {
    /// What to do with a row now.
    package enum Step: Sendable, Hashable {
        case send
        /// Not before this time, in milliseconds since 1970.
        case wait(until: Int64)
        /// The row ends like this.
        case end(Outcome)
    }

    package static let maximumAttempts = 5
    /// Seconds to wait after the first, second, … failed attempt.
    private static let pauses: [Int64] = [5, 25, 120, 600]

    package init() {}

    /// The step for a row found in the journal. `isOurs` says whether its last attempt was made by this process: an attempt
    /// of a process that died may have been sent, and only a platform that drops duplicates may be asked again.
    package func step(
        attempts: Int, isOurs: Bool, idempotentSend: Bool, retryAt: Int64?, now: Int64
    ) -> Step {
        if attempts > 0, !isOurs, !idempotentSend {
            return .end(
                .failed(
                    reason: "The Gateway stopped between sending and the receipt; whether it arrived is unknown.",
                    told: false))
        }
        if attempts >= Self.maximumAttempts {
            return .end(.dead(reason: "Given up after \(attempts) attempts."))
        }
        if let retryAt, retryAt > now { return .wait(until: retryAt) }
        return .send
    }

    /// What a failed attempt means; `attempts` counts it.
    package func step(after error: DeliveryError, attempts: Int, idempotentSend: Bool, now: Int64) -> Step {
        switch error {
        case .permanent(let reason): return .end(.failed(reason: reason, told: false))
        case .unknown(let reason) where !idempotentSend:
            return .end(.failed(reason: "Whether it arrived is unknown: \(reason)", told: false))
        case .unknown(let reason), .retryable(let reason, _):
            if attempts >= Self.maximumAttempts {
                return .end(.dead(reason: "Given up after \(attempts) attempts: \(reason)"))
            }
            return .wait(until: now + pause(after: error, attempts: attempts))
        }
    }

    private func pause(after error: DeliveryError, attempts: Int) -> Int64 {
        let pause = Self.pauses[min(max(attempts, 1), Self.pauses.count) - 1] * 1000
        if case .retryable(_, let asked?) = error { return max(pause, asked.components.seconds * 1000) }
        return pause
    }
}
