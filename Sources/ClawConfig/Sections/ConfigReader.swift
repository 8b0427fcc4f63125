import ClawSupport

/// Reads typed values from a section that was checked: wrong values are gone and defaults are in, so a missing value that
/// has a default cannot occur, and what stands for it here is never seen.
struct ConfigReader {
    let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    func section(_ name: String) -> ConfigReader { ConfigReader(object[name]?.objectValue ?? [:]) }

    func elements(_ name: String) -> [ConfigReader] {
        (object[name]?.arrayValue ?? []).map { ConfigReader($0.objectValue ?? [:]) }
    }

    func entries(_ name: String) -> [(name: String, reader: ConfigReader)] {
        (object[name]?.objectValue ?? [:]).map { ($0, ConfigReader($1.objectValue ?? [:])) }
    }

    func optionalBool(_ key: String) -> Bool? { object[key]?.boolValue }
    func bool(_ key: String) -> Bool { optionalBool(key) ?? false }
    func optionalInt(_ key: String) -> Int? { object[key]?.quantityValue }
    func int(_ key: String) -> Int { optionalInt(key) ?? 0 }
    func double(_ key: String) -> Double { object[key]?.doubleValue ?? 0 }
    func milliseconds(_ key: String) -> Duration { .milliseconds(int(key)) }

    /// A string that is not empty.
    func string(_ key: String) -> String? { object[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }

    func choice<Choice: RawRepresentable<String>>(_ key: String, _ type: Choice.Type = Choice.self) -> Choice? {
        object[key]?.stringValue.flatMap(Choice.init)
    }

    func optionalStrings(_ key: String) -> [String]? { object[key].flatMap(Self.texts) }
    func strings(_ key: String) -> [String] { optionalStrings(key) ?? [] }

    func map<Value>(_ key: String, _ transform: (JSONValue) -> Value?) -> [String: Value] {
        var output: [String: Value] = [:]
        for (name, value) in object[key]?.objectValue ?? [:] { output[name] = transform(value) }
        return output
    }

    /// The elements as text, numbers in decimal.
    static func texts(_ value: JSONValue) -> [String]? {
        value.arrayValue?.compactMap { $0.stringValue ?? $0.intValue.map(String.init) }
    }
}
