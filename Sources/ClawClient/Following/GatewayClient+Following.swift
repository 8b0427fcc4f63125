import ClawProtocol
import ClawSupport

extension GatewayClient {
    /// Follows the events of this connection and hands on what `follower` finds new: first what was missed since its last
    /// connection, then what comes. Events are read here and nowhere else.
    ///
    /// It never returns: it throws why the connection ended, or what `receive` throws.
    package func follow(
        _ follower: inout EventFollower, sessions: [String]? = nil,
        _ receive: (EventFollower.Update) async throws -> Void
    ) async throws -> Never {
        var canAsk = hello.methods.contains(EventFollower.method)
        if canAsk {
            canAsk = try await catchUp(&follower, sessions, receive)
        } else {
            try await receive(follower.giveUp())
        }
        for await event in events {
            var outcome = follower.take(event)
            if outcome == .gap {
                if canAsk {
                    canAsk = try await catchUp(&follower, sessions, receive)
                } else {
                    try await receive(follower.giveUp())
                }
                outcome = follower.take(event)
                // The answer is as of before the event, which happens when numbers are left out right before it.
                if outcome == .gap {
                    follower.skip(to: event)
                    outcome = follower.take(event)
                }
            }
            if case .new(let event) = outcome { try await receive(.event(event)) }
        }
        try Task.checkCancellation()
        throw endReason ?? .closed(code: 1006, reason: "")
    }

    /// Asks for what was missed. False when the Gateway refuses to tell.
    private func catchUp(
        _ follower: inout EventFollower, _ sessions: [String]?,
        _ receive: (EventFollower.Update) async throws -> Void
    ) async throws -> Bool {
        let answer: JSONValue
        do {
            answer = try await request(EventFollower.method, follower.question(sessions: sessions))
        } catch GatewayClientError.refused {
            try await receive(follower.giveUp())
            return false
        }
        for update in try follower.take(answer: answer) { try await receive(update) }
        return true
    }
}
