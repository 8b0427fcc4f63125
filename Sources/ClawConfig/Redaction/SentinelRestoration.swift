package import ClawSupport

/// Puts back the secrets that a client got as the sentinel and sent back unchanged.
package enum SentinelRestoration {
    /// The value with what `stored` holds at the place of every sentinel. Elements of lists are found by their id, else by
    /// their position. Throws when nothing is stored at that place.
    package static func restore(_ value: JSONValue, from stored: JSONValue?) throws(ConfigIssue) -> JSONValue {
        try restore(value, stored, ConfigPath())
    }

    private static func restore(
        _ value: JSONValue, _ stored: JSONValue?, _ path: ConfigPath
    ) throws(ConfigIssue) -> JSONValue {
        switch value {
        case .string(ConfigRedaction.sentinel):
            guard let stored, stored != value else { throw nothingBehind(path) }
            return stored
        case .object(let object):
            var restored = JSONObject()
            for (key, member) in object {
                restored[key] = try restore(member, stored?[key], path.appending(key))
            }
            return .object(restored)
        case .array(let elements):
            let old = stored?.arrayValue ?? []
            var restored: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                let id = Self.id(of: element)
                let twin = id.flatMap { id in old.first { Self.id(of: $0) == id } }
                let fallback: JSONValue? =
                    index < old.count && id == nil && Self.id(of: old[index]) == nil ? old[index] : .none
                restored.append(try restore(element, twin ?? fallback, path.appending(index: index)))
            }
            return .array(restored)
        default: return value
        }
    }

    /// The text of a file with the stored text of every secret; every other byte as it is.
    static func restore(text: JSON5Document, from stored: JSON5Document) throws(ConfigIssue) -> [UInt8] {
        var places: [(range: Range<Int>, bytes: ArraySlice<UInt8>)] = []
        try find(text.root, stored.root, ConfigPath(), stored.bytes, into: &places)
        var output: [UInt8] = []
        var end = 0
        for place in places {
            output += text.bytes[end..<place.range.lowerBound]
            output += place.bytes
            end = place.range.upperBound
        }
        return output + text.bytes[end...]
    }

    private static func find(
        _ node: JSON5Node, _ stored: JSON5Node?, _ path: ConfigPath, _ bytes: [UInt8],
        into places: inout [(range: Range<Int>, bytes: ArraySlice<UInt8>)]
    ) throws(ConfigIssue) {
        if node.value == .string(ConfigRedaction.sentinel) {
            guard let stored, stored.value != node.value else { throw nothingBehind(path) }
            places.append((node.range, bytes[stored.range]))
            return
        }
        for (index, item) in node.items.enumerated() {
            if let key = item.key {
                let twin = stored?.items.first { $0.key == key }?.node
                try find(item.node, twin, path.appending(key), bytes, into: &places)
            } else {
                let id = Self.id(of: item.node.value)
                let items = stored?.isArray == true ? stored?.items ?? [] : []
                let twin = id.flatMap { id in items.first { Self.id(of: $0.node.value) == id }?.node }
                let isPlain = index < items.count && id == nil && Self.id(of: items[index].node.value) == nil
                let fallback = isPlain ? items[index].node : nil
                try find(item.node, twin ?? fallback, path.appending(index: index), bytes, into: &places)
            }
        }
    }

    private static func id(of value: JSONValue) -> String? { value.objectValue?["id"]?.stringValue }

    private static func nothingBehind(_ path: ConfigPath) -> ConfigIssue {
        ConfigIssue(
            path: path.description,
            message: "\(ConfigRedaction.sentinel) stands here, and no secret is stored to put back.",
            fix: "Write the value itself, or leave the key out.")
    }
}
