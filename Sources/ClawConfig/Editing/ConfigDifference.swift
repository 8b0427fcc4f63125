package import ClawSupport

/// Finds the least changes that make of one configuration another, so that a client which sends the whole of it changes only
/// what it means to: references to variables stay text, defaults stay out of the file, and what is equal is not touched.
package struct ConfigDifference: Sendable {
    /// The configuration in its three forms.
    package struct Base: Sendable {
        /// As it is written, with `${NAME}` as text.
        package var stored: JSONValue
        /// The same with variables and `~` resolved.
        package var resolved: JSONValue
        /// With the defaults.
        package var effective: JSONValue

        package init(stored: JSONValue, resolved: JSONValue, effective: JSONValue) {
            self.stored = stored
            self.resolved = resolved
            self.effective = effective
        }

        package init(_ snapshot: ConfigSnapshot) {
            self.init(
                stored: snapshot.parsed, resolved: snapshot.value, effective: .object(snapshot.configuration.effective))
        }
    }

    private var changes: [ConfigEditor.Change] = []
    private let keepsUnknown: Bool

    private init(keepsUnknown: Bool) { self.keepsUnknown = keepsUnknown }

    /// The changes, in an order in which they can be made one after the other.
    ///
    /// - Parameter keepsUnknown: Whether a key stays that `wanted` lacks and the effective configuration does not show: who
    ///   was never shown a key cannot mean to remove it.
    package static func changes(
        from base: Base, to wanted: JSONValue, keepsUnknown: Bool = false
    ) -> [ConfigEditor.Change] {
        var difference = ConfigDifference(keepsUnknown: keepsUnknown)
        difference.compare(ConfigPath(), base.stored, base.resolved, base.effective, wanted)
        return difference.changes
    }

    private mutating func compare(
        _ path: ConfigPath, _ stored: JSONValue?, _ resolved: JSONValue?, _ effective: JSONValue?, _ wanted: JSONValue
    ) {
        if let stored, Self.same(stored, wanted) || resolved.map({ Self.same($0, wanted) }) == true { return }
        if stored == nil, let effective, Self.same(effective, wanted) { return }
        // Below a section that is not written only what differs from the defaults is.
        let isMissingSection = stored == nil && effective?.objectValue != nil
        switch (isMissingSection ? .object([:]) : stored, wanted) {
        case (.object(let stored)?, .object(let wanted)):
            for key in stored.keys where !wanted.keys.contains(key) {
                let isShown = effective?.objectValue?.keys.contains(key) ?? false
                if isShown || !keepsUnknown { changes.append(.unset("\(path.appending(key))")) }
            }
            for (key, value) in wanted {
                compare(path.appending(key), stored[key], resolved?[key], effective?[key], value)
            }
        case (.array(let stored)?, .array(let wanted)):
            compareLists(path, stored, resolved?.arrayValue ?? [], effective?.arrayValue ?? [], wanted)
        default: changes.append(.set("\(path)", wanted))
        }
    }

    /// Lists of equal length are compared by position; elements that were only added or only taken away are just that; any
    /// other list is written anew.
    private mutating func compareLists(
        _ path: ConfigPath, _ stored: [JSONValue], _ resolved: [JSONValue], _ effective: [JSONValue],
        _ wanted: [JSONValue]
    ) {
        func element(_ list: [JSONValue], _ index: Int) -> JSONValue? {
            index < list.count ? .some(list[index]) : .none
        }
        if wanted.count >= stored.count {
            for (index, value) in wanted.enumerated() {
                let place = path.appending(index: index)
                if index < stored.count {
                    compare(place, stored[index], element(resolved, index), element(effective, index), value)
                } else {
                    changes.append(.set("\(place)", value))
                }
            }
        } else if let gone = Self.removed(from: stored, resolved: resolved, to: wanted) {
            for index in gone.reversed() { changes.append(.unset("\(path.appending(index: index))")) }
        } else {
            changes.append(.set("\(path)", .array(wanted)))
        }
    }

    /// The positions that are missing when everything else is equal and in order; nil when more than that changed.
    private static func removed(
        from stored: [JSONValue], resolved: [JSONValue], to wanted: [JSONValue]
    ) -> [Int]? {
        var gone: [Int] = []
        var rest = wanted[...]
        for (index, value) in stored.enumerated() {
            let isKept =
                rest.first.map { same(value, $0) || index < resolved.count && same(resolved[index], $0) } ?? false
            if isKept { rest.removeFirst() } else { gone.append(index) }
        }
        return rest.isEmpty ? gone : nil
    }

    /// Whether two values mean the same; the order of keys means nothing.
    private static func same(_ one: JSONValue, _ other: JSONValue) -> Bool {
        switch (one, other) {
        case (.object(let one), .object(let other)):
            one.keys.count == other.keys.count
                && one.allSatisfy { key, value in other[key].map { same(value, $0) } ?? false }
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { same($0, $1) }
        default: one == other
        }
    }
}
