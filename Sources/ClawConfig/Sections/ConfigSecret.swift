package import ClawSupport

/// A secret of the configuration, and where it comes from.
package struct ConfigSecret: Sendable {
    /// Nil when the variable that should hold it is not set, or it was not taken from its provider.
    package let value: Redacted?
    /// The environment variable that it is taken from; nil when it comes from elsewhere.
    package let variable: String?

    package init(value: Redacted?, variable: String? = nil) {
        self.value = value
        self.variable = variable
    }

    /// Reads a string, `${NAME}`, or a reference object. Nil when there is nothing.
    init?(_ value: JSONValue?, _ sources: SecretSources) {
        switch value {
        case .string(let text):
            if text.isEmpty { return nil }
            if let name = EnvironmentReferences.wholeName(text) {
                let value = sources.environment[name].flatMap { $0.isEmpty ? nil : Redacted($0) }
                self.init(value: value, variable: name)
            } else {
                self.init(value: Redacted(text))
            }
        case .object:
            guard let reference = SecretReference(value) else { return nil }
            self.init(
                value: sources.value(of: reference), variable: reference.source == .env ? reference.id : nil)
        default: return nil
        }
    }
}
