package import NIOCore

/// How far an HTTP connection is, and when it has to end: when it asks nothing for long, when the other end takes nothing of
/// what is sent (attacks S48), and when the process ends. Pure.
package struct HTTPPace: Sendable, Hashable {
    package struct Limits: Sendable, Hashable {
        /// How long nothing may come while a request is waited for or is coming in.
        package var idle = TimeAmount.seconds(30)
        /// How long the other end may take nothing of an answer.
        package var stall = TimeAmount.seconds(30)
        /// The same while the process ends, which must not wait for it.
        package var lastStall = TimeAmount.seconds(1)

        package init() {}
    }

    /// What is to be done when the time is looked at.
    package enum Verdict: Sendable, Hashable {
        case close
        case lookAgain(NIODeadline)
    }

    private let limits: Limits
    /// Requests that have begun and whose answers are not all sent.
    private var unanswered = 0
    private var isReceiving = false
    private var isEnding = false
    private var lastProgress: NIODeadline
    /// Bytes of answers that were written, without heads and framing.
    private var written = 0
    /// How many of these had left at the last look, by the same count.
    private var sent = 0

    package init(_ limits: Limits, now: NIODeadline) {
        self.limits = limits
        lastProgress = now
    }

    package mutating func requestBegan(now: NIODeadline) {
        unanswered += 1
        isReceiving = true
        lastProgress = now
    }

    package mutating func requestGoesOn(now: NIODeadline) { lastProgress = now }

    package mutating func requestEnded() { isReceiving = false }

    package mutating func answerBegan(now: NIODeadline) { lastProgress = now }

    package mutating func wrote(_ count: Int) { written += count }

    /// All of an answer has left. True when the connection has to end now.
    package mutating func answerLeft(now: NIODeadline) -> Bool {
        unanswered -= 1
        lastProgress = now
        return isEnding && unanswered == 0
    }

    /// The process ends: what was asked is still answered. Tells when to look, or that nothing is left to do.
    package mutating func end(now: NIODeadline) -> Verdict {
        isEnding = true
        lastProgress = now
        return unanswered == 0 ? .close : .lookAgain(now + limits.lastStall)
    }

    /// - Parameter unsent: bytes that were written and have not left.
    package mutating func look(now: NIODeadline, unsent: Int) -> Verdict {
        var limit = limits.idle
        if unsent > 0 {
            if written - unsent > sent { lastProgress = now }
            sent = written - unsent
            limit = isEnding ? limits.lastStall : limits.stall
        } else if unanswered > 0, !isReceiving {
            // The other end waits for us.
            return .lookAgain(now + (isEnding ? limits.lastStall : limits.idle))
        }
        let due = lastProgress + limit
        return now >= due ? .close : .lookAgain(due)
    }

    /// When to look for the first time.
    package var firstLook: NIODeadline { lastProgress + limits.idle }
}
