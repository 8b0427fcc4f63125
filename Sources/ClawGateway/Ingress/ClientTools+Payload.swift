import ClawAgent
import ClawCore
import ClawSupport

extension ClientTools {
    var payload: JSONValue {
        let tools = definitions.map { tool -> JSONValue in
            [
                "name": .string(tool.name), "description": .string(tool.description),
                "parameters": .object(tool.parameters),
            ]
        }
        var object: JSONObject = ["callPrefix": .string(callPrefix), "tools": .array(tools)]
        switch choice {
        case .auto: break
        case .required: object["mustCall"] = true
        case .named(let name): object["mustCall"] = .string(name)
        }
        if !allowsSeveral { object["allowsSeveral"] = false }
        return .object(object)
    }

    /// Reads what `payload` wrote; nil when a part is missing.
    init?(payload: JSONValue) {
        guard let prefix = payload["callPrefix"]?.stringValue, let tools = payload["tools"]?.arrayValue else {
            return nil
        }
        var definitions: [ToolDefinition] = []
        for tool in tools {
            guard let name = tool["name"]?.stringValue, let description = tool["description"]?.stringValue,
                let parameters = tool["parameters"]?.objectValue
            else { return nil }
            definitions.append(ToolDefinition(client: name, description: description, parameters: parameters))
        }
        var choice = ToolChoice.auto
        if payload["mustCall"]?.boolValue == true { choice = .required }
        if let name = payload["mustCall"]?.stringValue { choice = .named(name) }
        self.init(
            definitions, callPrefix: prefix, choice: choice,
            allowsSeveral: payload["allowsSeveral"]?.boolValue ?? true)
    }
}

extension ToolDefinition {
    /// A tool that the asker runs.
    init(client name: String, description: String, parameters: JSONObject) {
        let line = description.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) }
        self.init(
            name: name, summary: line ?? "A function of the client.", description: description, parameters: parameters,
            group: "client")
    }
}

extension ClientCallOutputs {
    var payload: JSONValue {
        let outputs = outputs.map { output -> JSONValue in
            ["call": .string(output.call), "text": .string(output.text)]
        }
        return ["outputs": .array(outputs), "text": .string(text)]
    }

    /// Reads what `payload` wrote; nil when a part is missing.
    init?(payload: JSONValue) {
        guard let values = payload["outputs"]?.arrayValue, let text = payload["text"]?.stringValue else { return nil }
        let outputs = values.compactMap { value -> Output? in
            guard let call = value["call"]?.stringValue, let text = value["text"]?.stringValue else { return nil }
            return Output(call: call, text: text)
        }
        if outputs.isEmpty || outputs.count < values.count { return nil }
        self.init(outputs, text: text)
    }
}
