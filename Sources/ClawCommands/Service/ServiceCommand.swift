import ClawSupport

/// What an installed service runs, read from its file.
struct ServiceCommand: Sendable, Hashable {
    let words: [String]
    let workingDirectory: String?
    let variables: [ServicePlan.Variable]

    func variable(_ name: String) -> String? { variables.last { $0.name == name }?.value }

    /// The port it listens on, as far as the file says.
    var port: Int? {
        if let option = words.firstIndex(of: "--port"), option + 1 < words.count { return Int(words[option + 1]) }
        return variable("OPENCLAW_GATEWAY_PORT").flatMap { Int($0) }
    }

    /// The variables with secrets left out: this is what people paste when they ask for help.
    var environmentJSON: JSONValue {
        .object(JSONObject(variables.map { ($0.name, .string(Self.isSecret($0.name) ? "(secret)" : $0.value)) }))
    }

    private static func isSecret(_ name: String) -> Bool {
        ["TOKEN", "PASSWORD", "SECRET", "KEY"].contains { name.uppercased().hasSuffix($0) }
            || name.uppercased().hasSuffix("_PROXY")
    }

    func json(path: String) -> JSONValue {
        var object: JSONObject = ["programArguments": .strings(words)]
        object.set("workingDirectory", workingDirectory)
        object["environment"] = environmentJSON
        object["sourcePath"] = .string(path)
        return .object(object)
    }
}
