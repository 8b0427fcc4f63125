import ClawSupport

/// One key that this program reads: the single source of its check, its default and its line in the reference page.
struct ConfigKey: Sendable {
    /// What a value must be.
    enum Kind: Sendable, Hashable {
        case boolean
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case string
        case choice([String])
        /// A string or a whole number.
        case identifier
        /// A string or a whole number, or `false` to switch it off.
        case identifierOrFalse
        /// A list of strings.
        case strings
        /// A list of strings or whole numbers: ids of people and chats.
        case identifiers
        /// An object whose values are strings.
        case stringMap
        /// An object whose values are lists of strings.
        case stringsMap
        /// An object whose values are lists of strings or whole numbers.
        case identifiersMap
        /// An object whose values are whole numbers from 0.
        case integerMap
        /// An object whose values are one of these.
        case choiceMap([String])
        /// `provider/model`, or an object with `primary` and `fallbacks`.
        case model
        /// A string, `${NAME}`, or an object `{ source, provider, id }`.
        case secret
        /// An object that is kept as it is.
        case object
    }

    /// Dotted; `*` stands for any key of a map and `[]` for any element of a list.
    let path: String
    let kind: Kind
    /// Nil when a missing key means something of its own.
    let defaultValue: JSONValue?
    /// For the reference page; what happens without the key when there is no default.
    let meaning: String
    /// A wrong value here could open the system, so it makes the configuration invalid. Elsewhere the default is taken and a
    /// warning given.
    let isGuarded: Bool
    let isRequired: Bool

    init(
        _ path: String, _ kind: Kind, _ defaultValue: JSONValue?, guarded: Bool = false, required: Bool = false,
        _ meaning: String
    ) {
        self.path = path
        self.kind = kind
        self.defaultValue = defaultValue
        self.meaning = meaning
        isGuarded = guarded
        isRequired = required
    }

    /// A key without a default.
    init(_ path: String, _ kind: Kind, guarded: Bool = false, required: Bool = false, _ meaning: String) {
        self.init(path, kind, nil, guarded: guarded, required: required, meaning)
    }
}

extension ConfigKey.Kind {
    /// The kind for the reference page.
    var title: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range): range.upperBound == .max ? "integer from \(range.lowerBound)" : Self.text(range)
        case .number(let range):
            "number from \(JSONValue.double(range.lowerBound).text)"
                + (range.upperBound == .infinity ? "" : " to \(JSONValue.double(range.upperBound).text)")
        case .string: "string"
        case .choice(let values): values.map { "`\($0)`" }.joined(separator: ", ")
        case .identifier: "string or number"
        case .identifierOrFalse: "string, number or `false`"
        case .strings: "list of strings"
        case .identifiers: "list of strings or numbers"
        case .stringMap: "object of strings"
        case .stringsMap: "object of lists of strings"
        case .identifiersMap: "object of lists of strings or numbers"
        case .integerMap: "object of integers"
        case .choiceMap(let values): "object of " + values.map { "`\($0)`" }.joined(separator: ", ")
        case .model: "model"
        case .secret: "secret"
        case .object: "object"
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        "integer \(range.lowerBound) to \(range.upperBound)"
    }

    /// The values that may stand here, when they can be listed.
    var allowedValues: [String] {
        switch self {
        case .boolean: ["true", "false"]
        case .choice(let values), .choiceMap(let values): values
        default: []
        }
    }

    /// What must stand here, to follow "It must be".
    var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range):
            if range.upperBound == .max {
                "a whole number from \(range.lowerBound)"
            } else {
                "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
        case .number: "a \(title)"
        case .string: "a string"
        case .choice(let values): "one of \(values.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .identifier: "a string or a whole number"
        case .identifierOrFalse: "a string, a whole number or false"
        case .strings: "a list of strings"
        case .identifiers: "a list of strings or whole numbers"
        case .stringMap: "an object whose values are strings"
        case .stringsMap: "an object whose values are lists of strings"
        case .identifiersMap: "an object whose values are lists of strings or whole numbers"
        case .integerMap: "an object whose values are whole numbers from 0"
        case .choiceMap(let values):
            "an object whose values are one of \(values.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .model: "a string provider/model, or an object with primary and fallbacks"
        case .secret:
            "a string, \"${NAME}\", or { \"source\": \"env\", \"provider\": \"default\", \"id\": \"NAME\" } (or file, exec)"
        case .object: "an object"
        }
    }

    /// Whether `value` may stand here.
    func accepts(_ value: JSONValue) -> Bool {
        switch self {
        case .boolean: value.boolValue != nil
        case .integer(let range): value.intValue.map(range.contains) == true
        case .number(let range): value.doubleValue.map(range.contains) == true
        case .string: value.stringValue != nil
        case .choice(let values): value.stringValue.map(values.contains) == true
        case .identifier: value.stringValue != nil || value.intValue != nil
        case .identifierOrFalse: value.stringValue != nil || value.intValue != nil || value == .bool(false)
        case .strings, .identifiers: value.arrayValue.map { $0.allSatisfy(acceptsInside) } == true
        case .stringMap, .stringsMap, .identifiersMap, .integerMap, .choiceMap:
            value.objectValue.map { $0.values.allSatisfy(acceptsInside) } == true
        case .model: Self.isModel(value)
        case .secret: value.stringValue != nil || SecretReference(value) != nil
        case .object: value.objectValue != nil
        }
    }

    /// The kind of each element of a list or member of a map; nil for single values.
    var inner: ConfigKey.Kind? {
        switch self {
        case .strings, .stringMap: .string
        case .identifiers: .identifier
        case .stringsMap: .strings
        case .identifiersMap: .identifiers
        case .integerMap: .integer(0...Int.max)
        case .choiceMap(let values): .choice(values)
        default: nil
        }
    }

    private func acceptsInside(_ value: JSONValue) -> Bool { inner?.accepts(value) == true }

    private static func isModel(_ value: JSONValue) -> Bool {
        if let text = value.stringValue { return !text.isEmpty }
        guard let object = value.objectValue else { return false }
        return object.allSatisfy { key, member in
            switch key {
            case "primary": member.stringValue?.isEmpty == false
            case "fallbacks": ConfigKey.Kind.strings.accepts(member)
            default: true
            }
        }
    }
}
