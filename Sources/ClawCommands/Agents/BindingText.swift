import ClawCore
import ClawDaemon
import ClawSupport

/// What is said after bindings changed.
enum BindingText {
    /// - Parameter verb: the key of what was done: `added` or `removed`.
    static func json(_ outcome: AgentBindings.Outcome, verb: String) -> JSONValue {
        [
            verb: .strings(outcome.done), verb == "added" ? "skipped" : "missing": .strings(outcome.skipped),
            "conflicts": .array(
                outcome.conflicts.map { ["binding": .string($0.place), "existingAgentId": .string($0.agent)] }),
        ]
    }

    /// - Parameter done: what became of the chats, such as "now go to".
    static func write(
        _ outcome: AgentBindings.Outcome, agent: AgentID, done: String, _ terminal: Terminal
    ) {
        func clean(_ text: String) -> String { TerminalText.clean(text, isOneLine: true) }
        for place in outcome.done { terminal.line("The chats of \(clean(place)) \(done) \(agent).") }
        for (place, owner) in outcome.conflicts {
            terminal.note("The chats of \(clean(place)) belong to the agent \(clean(owner)); that stays so.")
        }
    }
}
