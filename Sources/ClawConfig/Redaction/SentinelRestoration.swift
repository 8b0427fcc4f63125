package import ClawSupport

/// Puts back the secrets that a client got as the sentinel and sent back unchanged.
package enum SentinelRestoration {
    /// The value with what `stored` holds at the place of every sentinel. Elements of lists are found by their id, else as
    /// `ListPairing` does. Throws when nothing is stored at that place, or nobody can tell which of several.
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
            let pairing = ListPairing(elements, old)
            var restored: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                let place = path.appending(index: index)
                let twin = try pairing.twin(of: index, at: place)
                restored.append(try restore(element, twin.map { old[$0] }, place))
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
        let old = stored?.isArray == true ? stored?.items ?? [] : []
        let pairing = node.isArray ? ListPairing(node.items.map(\.node.value), old.map(\.node.value)) : nil
        for (index, item) in node.items.enumerated() {
            if let key = item.key {
                let twin = stored?.items.first { $0.key == key }?.node
                try find(item.node, twin, path.appending(key), bytes, into: &places)
            } else {
                let place = path.appending(index: index)
                let twin = try pairing?.twin(of: index, at: place)
                try find(item.node, twin.map { old[$0].node }, place, bytes, into: &places)
            }
        }
    }

    private static func nothingBehind(_ path: ConfigPath) -> ConfigIssue {
        ConfigIssue(
            path: path.description,
            message: "\(ConfigRedaction.sentinel) stands here, and no secret is stored to put back.",
            fix: "Write the value itself, or leave the key out.")
    }
}
