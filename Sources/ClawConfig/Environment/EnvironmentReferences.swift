import ClawSupport

/// The references `${NAME}` in the strings of a configuration. A name is upper case, digits and `_`; other text in braces
/// stays as it is, and `$${NAME}` stands for the text `${NAME}`.
enum EnvironmentReferences {
    /// A reference to a variable that is not set, and the place in the configuration that holds it.
    struct Missing: Hashable {
        let name: String
        let path: ConfigPath
    }

    /// The value with every reference replaced. What refers to an unset variable stays as text and is reported.
    static func resolve(
        _ value: JSONValue, _ environment: ConfigEnvironment, missing: inout [Missing]
    ) -> JSONValue {
        resolve(value, at: ConfigPath(), environment, missing: &missing)
    }

    private static func resolve(
        _ value: JSONValue, at path: ConfigPath, _ environment: ConfigEnvironment, missing: inout [Missing]
    ) -> JSONValue {
        switch value {
        case .string(let text):
            guard text.utf8.contains(UInt8(ascii: "$")) else { return value }
            return .string(resolve(text, at: path, environment, missing: &missing))
        case .array(let elements):
            return .array(
                elements.enumerated().map { index, element in
                    resolve(element, at: path.appending(index: index), environment, missing: &missing)
                })
        case .object(let object):
            var output = JSONObject()
            for (key, member) in object {
                output[key] = resolve(member, at: path.appending(key), environment, missing: &missing)
            }
            return .object(output)
        default: return value
        }
    }

    private static func resolve(
        _ text: String, at path: ConfigPath, _ environment: ConfigEnvironment, missing: inout [Missing]
    ) -> String {
        var output = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$$"), let name = name(in: rest.dropFirst()) {
                output += "${\(name)}"
                rest = rest.dropFirst(name.count + 4)
            } else if let name = name(in: rest) {
                if let value = environment[name], !value.isEmpty {
                    output += value
                } else {
                    output += "${\(name)}"
                    missing.append(Missing(name: name, path: path))
                }
                rest = rest.dropFirst(name.count + 3)
            } else {
                output.append("$")
                rest = rest.dropFirst()
            }
        }
        return output + rest
    }

    /// The name in a text that starts with `${NAME}`.
    static func name(in text: Substring) -> String? {
        guard text.hasPrefix("${"), let end = text.firstIndex(of: "}") else { return nil }
        let name = text[..<end].dropFirst(2)
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        }
        return isName ? String(name) : nil
    }

    /// The name when the whole text is one reference.
    static func wholeName(_ text: String) -> String? {
        guard let name = name(in: text[...]), text.utf8.count == name.utf8.count + 3 else { return nil }
        return name
    }
}
