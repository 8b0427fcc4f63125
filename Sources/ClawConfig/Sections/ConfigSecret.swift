package import ClawSupport

/// A secret of the configuration, and where it comes from.
package struct ConfigSecret: Sendable {
    /// Nil when the variable that should hold it is not set.
    package let value: Redacted?
    /// The environment variable that it is taken from; nil when it stands in the file.
    package let variable: String?

    package init(value: Redacted?, variable: String? = nil) {
        self.value = value
        self.variable = variable
    }

    /// Reads a string, `${NAME}`, or a reference object. Nil when there is nothing.
    init?(_ value: JSONValue?, _ environment: [String: String]) {
        switch value {
        case .string(let text):
            if text.isEmpty { return nil }
            if let name = EnvironmentReferences.wholeName(text) {
                self.init(variable: name, environment)
            } else {
                self.init(value: Redacted(text))
            }
        case .object(let reference):
            guard let name = reference["id"]?.stringValue else { return nil }
            self.init(variable: name, environment)
        default: return nil
        }
    }

    private init(variable: String, _ environment: [String: String]) {
        self.init(value: environment[variable].flatMap { $0.isEmpty ? nil : Redacted($0) }, variable: variable)
    }
}
