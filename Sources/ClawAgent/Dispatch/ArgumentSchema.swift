package import ClawSupport

/// Checks the arguments of a tool call against the tool's JSON Schema: types, required and unknown members,
/// enumerations, bounds and array items. That is the part of JSON Schema that tool definitions use.
package enum ArgumentSchema {
    /// What is wrong, one sentence each, in the order of the schema; empty when the arguments fit.
    package static func problems(in arguments: JSONObject, schema: JSONObject) -> [String] {
        objectProblems(arguments, schema, path: "")
    }

    /// Other names that models use for a parameter out of habit.
    private static let aliases = ["file_path": "path", "old_string": "oldText", "new_string": "newText"]

    /// The arguments with such names replaced, where the schema knows the one and not the other.
    package static func withoutAliases(_ arguments: JSONObject, schema: JSONObject) -> JSONObject {
        guard let properties = schema["properties"]?.objectValue else { return arguments }
        var arguments = arguments
        for (alias, name) in aliases where arguments.contains(alias) && !arguments.contains(name) {
            guard properties.contains(name), !properties.contains(alias) else { continue }
            arguments[name] = arguments.removeValue(forKey: alias)
        }
        return arguments
    }

    private static func problems(_ value: JSONValue, _ schema: JSONObject, path: String) -> [String] {
        if let expected = schema["type"]?.stringValue, !fits(value, expected) {
            return ["\(path) must be \(article(expected)), not \(article(value.kindName))."]
        }
        if let options = schema["enum"]?.arrayValue, !options.contains(value) {
            return ["\(path) must be one of \(options.map(\.text).joined(separator: ", "))."]
        }
        var found: [String] = []
        if let number = value.doubleValue {
            if let least = schema["minimum"]?.doubleValue, number < least {
                found.append("\(path) must be at least \(JSONNumber(least).lexeme).")
            }
            if let most = schema["maximum"]?.doubleValue, number > most {
                found.append("\(path) must be at most \(JSONNumber(most).lexeme).")
            }
        }
        if let text = value.stringValue, let least = schema["minLength"]?.intValue, text.count < least {
            found.append(least == 1 ? "\(path) must not be empty." : "\(path) must have at least \(least) characters.")
        }
        if let elements = value.arrayValue, let item = schema["items"]?.objectValue {
            for (position, element) in elements.enumerated() {
                found += problems(element, item, path: "\(path)[\(position)]")
            }
        }
        if let object = value.objectValue { found += objectProblems(object, schema, path: path + ".") }
        return found
    }

    private static func objectProblems(_ object: JSONObject, _ schema: JSONObject, path: String) -> [String] {
        var found: [String] = []
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        where object[name] == nil || object[name]?.isNull == true {
            found.append("\(path)\(name) is required.")
        }
        guard let properties = schema["properties"]?.objectValue else { return found }
        for (name, value) in object {
            if let property = properties[name]?.objectValue {
                // Models often send null for what they leave out.
                if !value.isNull { found += problems(value, property, path: path + name) }
            } else if schema["additionalProperties"] == .bool(false) {
                let known = properties.keys.joined(separator: ", ")
                found.append("\(path)\(name) is not a parameter (known: \(known)).")
            }
        }
        return found
    }

    private static func fits(_ value: JSONValue, _ type: String) -> Bool {
        type == "integer" ? value.intValue != nil : value.kindName == type
    }

    private static func article(_ kind: String) -> String {
        switch kind {
        case "null": "null"
        case "array", "object", "integer": "an \(kind)"
        default: "a \(kind)"
        }
    }
}
