package import ClawSupport

/// Lays a patch over a configuration (config §9): objects merge, null deletes, everything else replaces, and lists of objects
/// with ids merge by their ids.
package enum MergePatch {
    package static func apply(_ patch: JSONValue, to base: JSONValue?) -> JSONValue {
        switch (base, patch) {
        case (.array(let base)?, .array(let patch)) where !base.isEmpty && base.allSatisfy({ id(of: $0) != nil }):
            return .array(merge(patch, into: base))
        case (let base, .object(let patch)):
            var object = base?.objectValue ?? [:]
            for (key, value) in patch {
                // Not `nil` in one expression with a value: JSON's null can be written so, too.
                if value == .null {
                    _ = object.removeValue(forKey: key)
                } else {
                    object[key] = apply(value, to: object[key])
                }
            }
            return .object(object)
        default: return patch
        }
    }

    private static func merge(_ patch: [JSONValue], into base: [JSONValue]) -> [JSONValue] {
        var merged = base
        for element in patch {
            if let id = id(of: element), let index = merged.firstIndex(where: { self.id(of: $0) == id }) {
                merged[index] = apply(element, to: merged[index])
            } else {
                merged.append(element)
            }
        }
        return merged
    }

    private static func id(of value: JSONValue) -> String? {
        value.objectValue?["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
}
