import ClawSupport

/// Reads one object of a request body strictly: the first fault is thrown with its place, and keys that nobody asked for are
/// faults. A member that is null counts as absent, since clients send back answers as they got them.
struct BodyReader {
    let object: JSONObject
    private let path: String
    private var known: Set<String> = []

    /// - Parameter path: Where the object stands, with dots between; empty for the body itself.
    init(_ value: JSONValue, at path: String) throws(HTTPProblem) {
        self.path = path
        guard let object = value.objectValue else { throw HTTPProblem(400, "\(path): must be an object") }
        self.object = object
    }

    func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func fault(_ key: String, _ text: String) -> HTTPProblem { HTTPProblem(400, "\(place(key)): \(text)") }

    /// Throws for the first key that was not read.
    func finish() throws(HTTPProblem) {
        if let key = object.keys.first(where: { !known.contains($0) }) {
            throw fault(String(key.prefix(100)), "is not known here")
        }
    }

    mutating func value(_ key: String) -> JSONValue? {
        known.insert(key)
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// Lets keys be there that have no use here.
    mutating func skip(_ keys: String...) { known.formUnion(keys) }

    mutating func string(_ key: String) throws(HTTPProblem) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue else { throw fault(key, "must be a string") }
        return text
    }

    mutating func requiredString(_ key: String) throws(HTTPProblem) -> String {
        guard let text = try string(key) else { throw fault(key, "is required") }
        return text
    }

    mutating func bool(_ key: String) throws(HTTPProblem) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.boolValue else { throw fault(key, "must be true or false") }
        return flag
    }

    mutating func count(_ key: String) throws(HTTPProblem) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.intValue, number > 0 else { throw fault(key, "must be a whole number from 1") }
        return number
    }

    mutating func number(_ key: String) throws(HTTPProblem) {
        if let value = value(key), value.doubleValue == nil { throw fault(key, "must be a number") }
    }

    mutating func choice(_ key: String, _ values: [String]) throws(HTTPProblem) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue, values.contains(text) else {
            throw fault(key, "must be one of \(values.joined(separator: ", "))")
        }
        return text
    }

    mutating func list(_ key: String) throws(HTTPProblem) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard let list = value.arrayValue else { throw fault(key, "must be a list") }
        return list
    }
}
