package import ClawAgent
package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport

/// `/new` and `/reset` at the start of a message: the session starts anew, and the rest of the text is what the agent reads.
package struct SessionTriggers: Sendable {
    private let sessions: SessionStore
    private let turns: TurnSupervisor
    private let configuration: Live<Configuration>

    package init(sessions: SessionStore, turns: TurnSupervisor, configuration: Live<Configuration>) {
        self.sessions = sessions
        self.turns = turns
        self.configuration = configuration
    }

    /// The text for the turn: unchanged when it holds no trigger.
    package func apply(to text: String, session: SessionKey) async throws -> String {
        guard let trigger = ResetTrigger(text, triggers: configuration.value.session.resetTriggers) else { return text }
        _ = await turns.abort(session: session, run: nil, reason: .superseded)
        if try await sessions.record(session) != nil {
            _ = try await sessions.reset(session, reason: trigger.command == "/reset" ? .reset : .new)
        }
        return trigger.rest.isEmpty ? ResetTrigger.greeting : trigger.rest
    }
}
