import ClawSupport

/// Home directories in the paths of a configuration: a string that starts with `~` is expanded when its key ends in one of
/// these words, or when it is an element of a list named `paths` or `pathPrepend`.
enum TildePaths {
    private static let endings = ["dir", "path", "paths", "file", "root", "workspace"]

    static func expand(_ value: JSONValue, home: String) -> JSONValue { expand(value, key: "", home: home) }

    private static func expand(_ value: JSONValue, key: String, home: String) -> JSONValue {
        switch value {
        case .string(let text):
            guard text.hasPrefix("~"), isPathKey(key) else { return value }
            return .string(FilePath.expandingTilde(text, home: home))
        case .array(let elements):
            let elementKey = key == "paths" || key == "pathPrepend" ? "path" : ""
            return .array(elements.map { expand($0, key: elementKey, home: home) })
        case .object(let object):
            return .object(JSONObject(object.lazy.map { ($0, expand($1, key: $0, home: home)) }))
        default: return value
        }
    }

    private static func isPathKey(_ key: String) -> Bool {
        let key = key.lowercased()
        return endings.contains { key.hasSuffix($0) }
    }
}
