package import ClawCore
package import ClawSupport

/// Reads the params of a method and collects everything that is wrong with them, in the texts that existing clients compare
/// (gateway-protocol §2.1). Read every field first, then call `finish`; a required field that is missing or wrong reads as an
/// empty value until then.
package struct ParamReader: Sendable {
    package enum Mode: Sendable {
        /// Unknown properties are errors.
        case strict
        /// Unknown properties are ignored.
        case lenient
    }

    private let object: JSONObject?
    private let path: String
    private let mode: Mode
    private var known: [String] = []
    private var missing: [String] = []
    private var faults: [String] = []

    /// `params` of nil and null read as `{}`.
    package init(_ params: JSONValue?, mode: Mode = .strict) { self.init(params, path: "", mode: mode) }

    private init(_ params: JSONValue?, path: String, mode: Mode) {
        self.path = path
        self.mode = mode
        switch params {
        case nil, .null?: object = [:]
        case .object(let value)?: object = value
        default: object = nil
        }
    }

    /// The collected errors as one text; nil when there are none.
    package var problemText: String? {
        let all = problems
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }

    /// Throws `invalid <method> params: …` when anything was wrong.
    package func finish(_ method: String) throws(ClawError) {
        if let problemText { throw ClawError(.invalidRequest, "invalid \(method) params: \(problemText)") }
    }

    private var problems: [String] {
        guard let object else { return [located("must be object")] }
        var all = missing.map { located("must have required property '\($0)'") }
        if mode == .strict {
            let place = path.isEmpty ? "root" : path
            all += object.keys.filter { !known.contains($0) }.map { "at \(place): unexpected property '\($0)'" }
        }
        var seen: Set<String> = []
        return (all + faults).filter { seen.insert($0).inserted }
    }

    private func located(_ text: String) -> String { path.isEmpty ? text : "at \(path): \(text)" }

    /// Records a fault of the field `key` that no other function finds.
    package mutating func fail(_ key: String, _ text: String) { faults.append("at \(path)/\(key): \(text)") }

    /// The field as it came; nil when it is absent.
    package mutating func value(_ key: String) -> JSONValue? {
        known.append(key)
        return object?[key]
    }

    package mutating func requiredValue(_ key: String) -> JSONValue {
        if let value = value(key) { return value }
        missing.append(key)
        return .null
    }

    /// Notes that `key` is missing unless it is there, and reads it with `read` otherwise.
    mutating func present<Value>(
        _ key: String, _ fallback: Value, _ read: (inout ParamReader) -> Value?
    ) -> Value {
        if object?[key] == nil {
            known.append(key)
            missing.append(key)
            return fallback
        }
        return read(&self) ?? fallback
    }

    func child(_ key: String, _ value: JSONValue) -> ParamReader {
        ParamReader(value, path: "\(path)/\(key)", mode: mode)
    }

    mutating func adopt(_ child: ParamReader) { faults += child.problems }

    package mutating func constant(_ key: String, _ expected: String) {
        present(key, ()) { reader in
            if reader.value(key) != .string(expected) { reader.fail(key, "must be equal to constant") }
        }
    }
}

extension ParamReader {
    /// Lengths count Unicode scalars.
    package mutating func string(_ key: String, minLength: Int = 0, maxLength: Int = .max) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else {
            fail(key, "must be string")
            return nil
        }
        let problem = Self.lengthProblem(text, minLength, maxLength)
        if let problem { fail(key, problem) }
        return problem == nil ? text : nil
    }

    /// A string that must be there and, unless `minLength` says otherwise, not be empty.
    package mutating func requiredString(_ key: String, minLength: Int = 1, maxLength: Int = .max) -> String {
        present(key, "") { $0.string(key, minLength: minLength, maxLength: maxLength) }
    }

    private static func lengthProblem(_ text: String, _ minimum: Int, _ maximum: Int) -> String? {
        if maximum == .max, minimum == 0 || minimum == 1 && !text.isEmpty { return nil }
        let length = text.unicodeScalars.count
        if length < minimum { return "must NOT have fewer than \(minimum) characters" }
        if length > maximum { return "must NOT have more than \(maximum) characters" }
        return nil
    }

    /// One of `values`.
    package mutating func choice(_ key: String, of values: [String]) -> String? {
        guard let value = value(key) else { return nil }
        if case .string(let text) = value, values.contains(text) { return text }
        if value.stringValue == nil { fail(key, "must be string") }
        fail(key, "must be equal to one of the allowed values")
        return nil
    }

    /// One of `values`; the first of them stands in when the field is missing or wrong.
    package mutating func requiredChoice(_ key: String, of values: [String]) -> String {
        present(key, values[0]) { $0.choice(key, of: values) }
    }

    package mutating func bool(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        if let flag = value.boolValue { return flag }
        fail(key, "must be boolean")
        return nil
    }

    package mutating func requiredBool(_ key: String) -> Bool { present(key, false) { $0.bool(key) } }

    /// A number beyond `quantityValue` reads as that.
    package mutating func int(_ key: String, minimum: Int = .min, maximum: Int = .max) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.quantityValue else {
            fail(key, "must be integer")
            return nil
        }
        if number < minimum {
            fail(key, "must be >= \(minimum)")
        } else if number > maximum {
            fail(key, "must be <= \(maximum)")
        } else {
            return number
        }
        return nil
    }

    package mutating func requiredInt(_ key: String, minimum: Int = .min, maximum: Int = .max) -> Int {
        present(key, 0) { $0.int(key, minimum: minimum, maximum: maximum) }
    }

    package mutating func number(_ key: String, minimum: Double = -.infinity) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.doubleValue else {
            fail(key, "must be number")
            return nil
        }
        if number < minimum {
            fail(key, "must be >= \(JSONNumber(minimum).lexeme)")
            return nil
        }
        return number
    }
}
