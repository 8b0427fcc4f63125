import ClawSupport

/// A place in a JSON document: `/a/b`, with `~0` for `~` and `~1` for `/` (RFC 6901).
struct JSONPointer: Sendable, Hashable {
    private let names: [String]

    /// Nil unless the text is an absolute pointer of at most 1,024 bytes that names something below the root.
    init?(_ text: String) {
        guard text.hasPrefix("/"), text.utf8.count <= 1024 else { return nil }
        var names: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = Self.unescape(part) else { return nil }
            names.append(name)
        }
        self.names = names
    }

    func value(in root: JSONValue) -> JSONValue? {
        var value = root
        for name in names {
            if let elements = value.arrayValue {
                // A position has no leading zero.
                guard let index = Int(name), "\(index)" == name, elements.indices.contains(index) else { return nil }
                value = elements[index]
            } else {
                guard let member = value.objectValue?[name] else { return nil }
                value = member
            }
        }
        return value
    }

    private static func unescape(_ part: Substring) -> String? {
        var output = ""
        var rest = part[...]
        while let tilde = rest.firstIndex(of: "~") {
            output += rest[..<tilde]
            rest = rest[rest.index(after: tilde)...]
            switch rest.popFirst() {
            case "0": output.append("~")
            case "1": output.append("/")
            default: return nil
            }
        }
        return output + rest
    }
}
