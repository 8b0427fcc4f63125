package import ClawSupport

extension ParamReader {
    package mutating func array(_ key: String, minItems: Int = 0, maxItems: Int = .max) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else {
            fail(key, "must be array")
            return nil
        }
        if elements.count < minItems {
            fail(key, "must NOT have fewer than \(minItems) items")
        } else if elements.count > maxItems {
            fail(key, "must NOT have more than \(maxItems) items")
        } else {
            return elements
        }
        return nil
    }

    /// An array of strings, each of at least `minLength` characters.
    package mutating func strings(
        _ key: String, minLength: Int = 1, minItems: Int = 0, maxItems: Int = .max
    ) -> [String]? {
        guard let elements = array(key, minItems: minItems, maxItems: maxItems) else { return nil }
        var texts: [String] = []
        for (position, element) in elements.enumerated() {
            guard case .string(let text) = element else {
                fail("\(key)/\(position)", "must be string")
                continue
            }
            if text.unicodeScalars.count < minLength {
                fail("\(key)/\(position)", "must NOT have fewer than \(minLength) characters")
            }
            texts.append(text)
        }
        return texts
    }

    package mutating func requiredStrings(
        _ key: String, minLength: Int = 1, minItems: Int = 0, maxItems: Int = .max
    ) -> [String] {
        present(key, []) { $0.strings(key, minLength: minLength, minItems: minItems, maxItems: maxItems) }
    }

    /// An object with any content.
    package mutating func object(_ key: String) -> JSONObject? {
        guard let value = value(key) else { return nil }
        if let object = value.objectValue { return object }
        fail(key, "must be object")
        return nil
    }

    /// An object whose values are all booleans.
    package mutating func flags(_ key: String) -> [String: Bool]? {
        guard let object = object(key) else { return nil }
        var flags: [String: Bool] = [:]
        for (name, value) in object {
            if let flag = value.boolValue {
                flags[name] = flag
            } else {
                fail("\(key)/\(name)", "must be boolean")
            }
        }
        return flags
    }

    /// An object with known fields, read by `read`; its faults stand where it stands.
    package mutating func nested<Value>(_ key: String, _ read: (inout ParamReader) -> Value) -> Value? {
        guard let value = value(key) else { return nil }
        var child = child(key, value == .null ? .bool(false) : value)
        let result = read(&child)
        adopt(child)
        return result
    }

    package mutating func requiredNested<Value>(_ key: String, _ read: (inout ParamReader) -> Value) -> Value {
        var result: Value?
        present(key, ()) { result = $0.nested(key, read) }
        if let result { return result }
        var empty = child(key, .object([:]))
        return read(&empty)
    }
}

/// A field of a patch, where `null` means removing what is there.
package enum ParamPatch<Value: Sendable>: Sendable {
    case absent
    case clear
    case set(Value)

    /// The new value; nil for `absent` and `clear`.
    package var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}

extension ParamReader {
    package mutating func patchString(_ key: String, minLength: Int = 0) -> ParamPatch<String> {
        patch(key) { reader in reader.string(key, minLength: minLength) }
    }

    package mutating func patchChoice(_ key: String, of values: [String]) -> ParamPatch<String> {
        patch(key) { reader in reader.choice(key, of: values) }
    }

    package mutating func patchBool(_ key: String) -> ParamPatch<Bool> { patch(key) { $0.bool(key) } }

    package mutating func patchInt(_ key: String, minimum: Int = .min) -> ParamPatch<Int> {
        patch(key) { $0.int(key, minimum: minimum) }
    }

    /// The checker of other implementations reports each branch of "this or null", and that none fits.
    private mutating func patch<Value>(
        _ key: String, _ read: (inout ParamReader) -> Value?
    ) -> ParamPatch<Value> {
        switch value(key) {
        case nil: return .absent
        case .null?: return .clear
        default: break
        }
        if let value = read(&self) { return .set(value) }
        fail(key, "must be null")
        fail(key, "must match a schema in anyOf")
        return .absent
    }
}
