package import ClawSupport

/// The configuration as JSON Schema with hints for forms (gateway-methods §6, `config.schema`), made of the same tables that
/// check it, so that a form never offers what the check refuses.
package enum ConfigJSONSchema {
    /// The schema. Unknown keys are allowed, since they are kept.
    package static let schema: JSONValue = {
        var schema = object(ConfigSchema.shared.root)
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        schema["title"] = "OpenClaw configuration"
        return .object(schema)
    }()

    /// By dotted path, `*` for any key and `[]` for any position: a label, help, the section, the order, and whether the value
    /// is a secret.
    package static let hints: JSONValue = {
        var hints = JSONObject()
        var order = 0
        for (title, keys) in ConfigKeys.sections {
            for key in keys {
                order += 1
                let name = key.path.split(separator: ".").last { $0 != "*" }.map(String.init) ?? key.path
                var hint: JSONObject = [
                    "label": .string(label(name)), "help": .string(key.meaning), "group": .string(title),
                    "order": .int(order),
                ]
                if key.kind == .secret || SensitiveKeys.matches(name) { hint["sensitive"] = true }
                if let value = key.defaultValue, value.objectValue == nil, value.arrayValue == nil {
                    hint["placeholder"] = .string(value.stringValue ?? value.text)
                }
                hints[key.path] = .object(hint)
            }
        }
        return .object(hints)
    }()

    /// `allowedOrigins[]` as `Allowed origins`.
    private static func label(_ name: String) -> String {
        var words = ""
        for character in name where character != "[" && character != "]" {
            if character.isUppercase, words.last?.isLowercase == true {
                words += " " + character.lowercased()
            } else {
                words.append(character)
            }
        }
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func schema(_ node: ConfigSchema.Node) -> JSONObject {
        if node.isList { return ["type": "array", "items": .object(schema(node.anyElement[0]))] }
        if !node.members.isEmpty || !node.anyMember.isEmpty { return object(node) }
        guard let key = node.key else { return [:] }
        var schema = schema(key.kind)
        schema["description"] = .string(key.meaning)
        schema.set("default", key.defaultValue)
        return schema
    }

    private static func object(_ node: ConfigSchema.Node) -> JSONObject {
        var object: JSONObject = ["type": "object"]
        if !node.members.isEmpty {
            object["properties"] = .object(
                JSONObject(node.members.map { ($0.name, JSONValue.object(schema($0.node))) }))
        }
        let required = node.members.filter { $0.node.key?.isRequired == true }.map(\.name)
        if !required.isEmpty { object["required"] = .strings(required) }
        if let any = node.anyMember.first { object["additionalProperties"] = .object(schema(any)) }
        return object
    }

    private static func schema(_ kind: ConfigKey.Kind) -> JSONObject {
        switch kind {
        case .boolean: ["type": "boolean"]
        case .integer(let range): integer(range)
        case .number(let range): number(range)
        case .string: ["type": "string"]
        case .choice(let values): ["type": "string", "enum": .strings(values)]
        case .identifier: ["type": ["string", "integer"]]
        case .identifierOrFalse: ["anyOf": [["type": ["string", "integer"]], ["const": false]]]
        case .strings, .identifiers: ["type": "array", "items": .object(kind.inner.map(schema) ?? [:])]
        case .stringMap, .stringsMap, .identifiersMap, .integerMap, .choiceMap:
            ["type": "object", "additionalProperties": .object(kind.inner.map(schema) ?? [:])]
        case .model:
            [
                "anyOf": [
                    ["type": "string"],
                    [
                        "type": "object",
                        "properties": [
                            "primary": ["type": "string"],
                            "fallbacks": ["type": "array", "items": ["type": "string"]],
                        ],
                    ],
                ]
            ]
        case .secret:
            [
                "anyOf": [
                    ["type": "string"],
                    [
                        "type": "object",
                        "properties": [
                            "source": ["type": "string", "enum": ["env", "file", "exec"]],
                            "provider": ["type": "string"],
                            "id": ["type": "string"],
                        ],
                        "required": ["source", "id"], "additionalProperties": false,
                    ],
                ]
            ]
        case .object: ["type": "object"]
        }
    }

    private static func integer(_ range: ClosedRange<Int>) -> JSONObject {
        var schema: JSONObject = ["type": "integer", "minimum": .int(range.lowerBound)]
        if range.upperBound != .max { schema["maximum"] = .int(range.upperBound) }
        return schema
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONObject {
        var schema: JSONObject = ["type": "number", "minimum": .double(range.lowerBound)]
        if range.upperBound != .infinity { schema["maximum"] = .double(range.upperBound) }
        return schema
    }
}
