import ClawSupport

/// Which element of a stored list an element of a list stands for that a client was shown without its secrets. By its id; an
/// element without one by its place, as long as nothing else tells that elements were moved: a secret must never come to stand
/// in another element than its own. Pure.
struct ListPairing {
    private let elements: [JSONValue]
    private let old: [JSONValue]
    /// Whether every element but one at most stands where it stood.
    private let isInPlace: Bool

    init(_ elements: [JSONValue], _ old: [JSONValue]) {
        self.elements = elements
        self.old = old
        let changes = zip(elements, old).count { !Self.fits($0, $1) }
        isInPlace = elements.count == old.count && changes <= 1
    }

    /// The position in the stored list; nil when the element is new. Throws when the element refers to a secret and nobody can
    /// tell which.
    func twin(of index: Int, at path: ConfigPath) throws(ConfigIssue) -> Int? {
        let element = elements[index]
        if let id = Self.id(of: element) { return old.firstIndex { Self.id(of: $0) == id } }
        guard Self.holdsSentinel(element) else { return nil }
        if isInPlace, Self.id(of: old[index]) == nil { return index }
        let candidates = old.indices.filter { Self.id(of: old[$0]) == nil && Self.fits(element, old[$0]) }
        // Elements that are alike throughout have the same secrets, whichever is taken.
        if let first = candidates.first, candidates.allSatisfy({ old[$0] == old[first] }) { return first }
        throw ConfigIssue(
            path: path.description,
            message:
                "Elements of this list were moved, added or removed, and \(ConfigRedaction.sentinel) does not tell which "
                + "secret belongs here.",
            fix: "Write the secret itself, change one element at a time, or give the elements ids.")
    }

    private static func id(of value: JSONValue) -> String? { value.objectValue?["id"]?.stringValue }

    private static func holdsSentinel(_ value: JSONValue) -> Bool {
        switch value {
        case .string(ConfigRedaction.sentinel): true
        case .array(let elements): elements.contains(where: holdsSentinel)
        case .object(let object): object.values.contains(where: holdsSentinel)
        default: false
        }
    }

    /// Whether `shown` may be `stored` without its secrets; what was shown may have more keys, from defaults.
    private static func fits(_ shown: JSONValue, _ stored: JSONValue) -> Bool {
        switch (shown, stored) {
        case (.string(ConfigRedaction.sentinel), _): return stored.objectValue == nil && stored.arrayValue == nil
        case (.object(let shown), .object(let stored)):
            return stored.allSatisfy { key, value in shown[key].map { fits($0, value) } ?? false }
        case (.array(let shown), .array(let stored)):
            return shown.count == stored.count && zip(shown, stored).allSatisfy { fits($0, $1) }
        default: return shown == stored
        }
    }
}
