import ClawSupport

/// The answers of a server as text for a golden file. Ids that are made anew in each run are replaced by their names.
struct Transcript {
    private(set) var text = ""

    private static let changing: Set<String> = ["connId", "nonce", "deviceToken", "requestId", "token"]

    mutating func title(_ title: String) { text += "\(text.isEmpty ? "" : "\n")# \(title)\n" }

    mutating func add(_ json: JSONValue) { text += Self.stable(json).text + "\n" }

    mutating func add(line: String) { text += line + "\n" }

    private static func stable(_ json: JSONValue) -> JSONValue {
        switch json {
        case .array(let elements): .array(elements.map(stable))
        case .object(let object):
            .object(
                JSONObject(
                    object.map { key, value in
                        let isChanging = changing.contains(key) && value.stringValue != nil
                        return (key, isChanging ? .string("<\(key)>") : stable(value))
                    }))
        default: json
        }
    }
}
