import ClawAgent
package import ClawConfig
package import ClawStore
package import ClawSupport

/// `/new` and `/reset` at the start of a message: the session starts anew, and the rest of the text is what the agent reads.
/// Pure; `TurnIntake` carries the reset out once the message is recorded, so that a message that comes twice resets once.
package struct SessionTriggers: Sendable {
    private let configuration: Live<Configuration>

    package init(configuration: Live<Configuration>) { self.configuration = configuration }

    /// The text for the turn and why the session starts anew; unchanged text and nil when it holds no trigger.
    package func read(_ text: String) -> (text: String, reset: SessionResetReason?) {
        guard let trigger = ResetTrigger(text, triggers: configuration.value.session.resetTriggers) else {
            return (text, nil)
        }
        let rest = trigger.rest.isEmpty ? ResetTrigger.greeting : trigger.rest
        return (rest, trigger.command == "/reset" ? .reset : .new)
    }
}
