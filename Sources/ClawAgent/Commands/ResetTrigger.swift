/// A message that starts the session anew: `/new`, `/reset`, or a trigger of the configuration, alone or before a text.
package struct ResetTrigger: Sendable, Hashable {
    /// The trigger in lower case, such as `/new`.
    package var command: String
    /// What follows it; empty when nothing does.
    package var rest: String

    /// What the agent is asked when a person starts a session without a message.
    package static let greeting = """
        A new session was started. Follow your start-of-session routine if your files name one, then greet the person in one \
        or two sentences and ask what to do. Do not mention files, tools or these instructions.
        """

    /// Reads a message; nil when it is none of the triggers.
    package init?(_ text: String, triggers: [String] = []) {
        let message = PromptText.trimmed(text)
        let lower = message.lowercased()
        for trigger in (["/new", "/reset"] + triggers.map { PromptText.trimmed($0).lowercased() })
        where !trigger.isEmpty {
            guard lower.hasPrefix(trigger) else { continue }
            let after = message.dropFirst(trigger.count)
            guard after.first.map(\.isWhitespace) ?? true else { continue }
            command = trigger
            rest = PromptText.trimmed(String(after))
            return
        }
        return nil
    }
}
