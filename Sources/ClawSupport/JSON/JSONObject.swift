/// A JSON object: key and value pairs in the order of insertion, each key once.
package struct JSONObject: Sendable {
    package private(set) var keys: [String] = []
    package private(set) var values: [JSONValue] = []
    /// Position of each key; kept only above `indexThreshold` members, since a short scan beats hashing.
    private var index: [String: Int]?

    private static let indexThreshold = 12

    package init() {}

    /// A later pair with a key that is already there replaces its value.
    package init(_ pairs: some Sequence<(String, JSONValue)>) {
        for (key, value) in pairs { self[key] = value }
    }

    package var count: Int { keys.count }
    package var isEmpty: Bool { keys.isEmpty }

    package subscript(key: String) -> JSONValue? {
        get { position(of: key).map { values[$0] } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): values[position] = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Sets `key` when `value` is there and leaves the object alone when it is nil: absent values are omitted on the wire.
    package mutating func set(_ key: String, _ value: String?) {
        if let value { self[key] = .string(value) }
    }

    package mutating func set(_ key: String, _ value: Int?) {
        if let value { self[key] = .int(value) }
    }

    package mutating func set(_ key: String, _ value: Int64?) {
        if let value { self[key] = .int64(value) }
    }

    package mutating func set(_ key: String, _ value: Bool?) {
        if let value { self[key] = .bool(value) }
    }

    package mutating func set(_ key: String, _ value: JSONValue?) {
        if let value { self[key] = value }
    }

    package mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let position = position(of: key) else { return nil }
        let value = values[position]
        remove(at: position)
        return value
    }

    package func contains(_ key: String) -> Bool { position(of: key) != nil }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return keys.firstIndex(of: key)
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        keys.append(key)
        values.append(value)
        if index != nil {
            index?[key] = keys.count - 1
        } else if keys.count > Self.indexThreshold {
            index = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        }
    }

    private mutating func remove(at position: Int) {
        keys.remove(at: position)
        values.remove(at: position)
        if index != nil { index = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) }) }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> Zip2Sequence<[String], [JSONValue]>.Iterator { zip(keys, values).makeIterator() }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.keys == right.keys && left.values == right.values
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(keys)
        hasher.combine(values)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
