package import ClawCore
import ClawSupport

/// The text before each answer on a channel (`messages.responsePrefix`): a template that may name the model and the agent.
package struct ResponsePrefix: Sendable, Hashable {
    /// `auto` stands for the agent's name in brackets.
    package var template: String
    /// The agent's name; without one `auto` is nothing.
    package var agentName: String?

    package init(template: String, agentName: String?) {
        self.template = template
        self.agentName = agentName
    }

    /// The prefix for an answer of `model`; empty when there is nothing to say. What is no variable stays as it is written.
    package func text(model: ModelReference?, thinking: ThinkingLevel?) -> String {
        if template == "auto" { return agentName.map { "[\($0)]" } ?? "" }
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close].lowercased()
            text += rest[..<open]
            text += value(of: name, model, thinking) ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    private func value(of name: String, _ model: ModelReference?, _ thinking: ThinkingLevel?) -> String? {
        switch name {
        case "model": model.map { String($0.model.split(separator: "/").last ?? "") }
        case "modelfull": model.map { "\($0.provider)/\($0.model)" }
        case "provider": model?.provider
        case "thinkinglevel", "think": thinking?.rawValue ?? "off"
        case "identity.name", "identityname": agentName ?? ""
        default: nil
        }
    }
}
