/// One JSON value. Objects keep the order of their keys and numbers keep the text they were written with, so that a file
/// or frame that is read and written again keeps what this program does not know.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The member `key` of an object; nil for other kinds and for a missing key.
    package subscript(key: String) -> JSONValue? {
        get { objectValue?[key] }
        set {
            guard case .object(var object) = self else { return }
            self = .null  // releases the only other reference, so that the change below is made in place
            object[key] = newValue
            self = .object(object)
        }
    }

    package var isNull: Bool { self == .null }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number as an integer; nil when it is no number, has a fraction or does not fit.
    package var intValue: Int? {
        if case .number(let value) = self { value.int } else { nil }
    }

    /// A count, a size or a time: the integer, or 10^14 where it is more, and -10^14 where it is less. So far no sum of a few of
    /// them and no change of their unit overflows, whoever wrote the number; in milliseconds it is the year 5138.
    package var quantityValue: Int? {
        let most = 100_000_000_000_000
        return intValue.map { min(max($0, -most), most) }
    }

    package var doubleValue: Double? {
        if case .number(let value) = self { value.double } else { nil }
    }

    package var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The kind in the words of JSON Schema: `null`, `boolean`, `number`, `string`, `array`, `object`.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    package static func int(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
    package static func int64(_ value: Int64) -> JSONValue { .number(JSONNumber(value)) }
    package static func double(_ value: Double) -> JSONValue { .number(JSONNumber(value)) }
    package static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

    /// `null` for nil, else the string.
    package static func nullable(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
