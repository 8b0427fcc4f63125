import ClawSupport

/// One change of a configuration document: finds the file that owns the key, and gives that file's new text.
struct DocumentEdit {
    let root: ConfigDocument

    /// The new text of the file at `path`.
    struct Result {
        let path: String
        let before: [UInt8]
        let after: [UInt8]
    }

    /// Sets the value at `path`, creating the objects on the way. Nil when it stands there already.
    func set(_ path: ConfigPath, to value: JSONValue) throws(ConfigIssue) -> Result? {
        if let layer = root.layers(of: path).last {
            if layer.source.document.root.range == layer.node.range, path.isRoot {
                throw refusal(path, "It is the whole.")
            }
            if layer.node.value == value, root.layers(of: path).count == 1 { return nil }
            return result(layer.source, layer.source.document.replacing(layer.node, with: value))
        }
        var known = path
        var added = value
        while let last = known.components.last {
            known = known.parent
            if let parent = root.layers(of: known).last {
                return try insert(last, added, into: parent, at: known, wanted: path)
            }
            switch last {
            case .key(let key): added = .object([key: added])
            case .index(0): added = .array([added])
            case .index(let index): throw gap(path, index, count: 0)
            }
        }
        throw refusal(path, "The configuration is no object.")
    }

    private func insert(
        _ component: ConfigPath.Component, _ value: JSONValue, into parent: ConfigLayer, at known: ConfigPath,
        wanted: ConfigPath
    ) throws(ConfigIssue) -> Result {
        let document = parent.source.document
        switch component {
        case .key(let key) where parent.node.isObject:
            return result(parent.source, document.inserting(key, value, into: parent.node))
        case .index(let index) where parent.node.isArray:
            let count = root.layers(of: known).reduce(0) { $0 + $1.node.items.count }
            if index != count { throw gap(wanted, index, count: count) }
            return result(parent.source, document.appending(value, to: parent.node))
        case .key(let key):
            if parent.node.isArray, let index = Int(key), index >= 0 {
                throw refusal(wanted, "\(known) is a list.", "Write \(known)[\(index)].")
            }
            throw refusal(
                wanted, "\(known) is \(Self.name(parent.node)), no object.", "Remove or replace \(known) first.")
        case .index:
            throw refusal(
                wanted, "\(known) is \(Self.name(parent.node)), no list.", "Remove or replace \(known) first.")
        }
    }

    /// Removes the key at `path`, with the objects that are left empty by it. Nil when there is none.
    func unset(_ path: ConfigPath) throws(ConfigIssue) -> Result? {
        guard let layer = root.layers(of: path).last else { return nil }
        guard var container = layer.container else { return try unsetInclusion(path) }
        var index = layer.index
        let document = layer.source.document
        var place = path
        while container.items.count == 1, container.isObject, !Self.holdsComment(container, document) {
            place = place.parent
            guard let parent = root.layers(of: place).last(where: { $0.node.range == container.range }),
                parent.source.path == layer.source.path, let outer = parent.container, outer.isObject
            else { break }
            container = outer
            index = parent.index
        }
        return result(layer.source, document.removing(at: index, from: container))
    }

    /// Removes a key whose content is included, with the directive; the included file stays.
    private func unsetInclusion(_ path: ConfigPath) throws(ConfigIssue) -> Result {
        guard case .key(let key)? = path.components.last else { throw refusal(path, "It is a whole file.") }
        for parent in root.layers(of: path.parent).reversed() where parent.node.isObject {
            guard let index = parent.node.items.firstIndex(where: { $0.key == key }) else { continue }
            return result(parent.source, parent.source.document.removing(at: index, from: parent.node))
        }
        throw refusal(path, "It is a whole file.")
    }

    /// Whether something else than the only member stands between the braces.
    private static func holdsComment(_ container: JSON5Node, _ document: JSON5Document) -> Bool {
        let item = container.items[0]
        let bytes = document.bytes
        let around =
            bytes[container.interior.lowerBound..<item.range.lowerBound]
            + bytes[item.range.upperBound..<container.interior.upperBound]
        return around.contains(UInt8(ascii: "/"))
    }

    private func result(_ source: ConfigDocument, _ after: [UInt8]) -> Result {
        Result(path: source.path, before: source.document.bytes, after: after)
    }

    private static func name(_ node: JSON5Node) -> String {
        switch node.content {
        case .array: "a list"
        case .object: "an object"
        case .scalar(.null): "null"
        case .scalar(let value): "a \(value.kindName)"
        }
    }

    private func gap(_ path: ConfigPath, _ index: Int, count: Int) -> ConfigIssue {
        refusal(path, "Position \(index) would leave a gap in the list.", "The next position is \(count).")
    }

    private func refusal(_ path: ConfigPath, _ message: String, _ fix: String? = nil) -> ConfigIssue {
        ConfigIssue(path: path.description, message: message, file: root.path, fix: fix)
    }
}

extension JSONValue {
    /// The value with the one at `path` set, or removed when `value` is nil, with the objects that are left empty by that:
    /// what an edit must come to, computed without places.
    func setting(_ path: ArraySlice<ConfigPath.Component>, to value: JSONValue?) -> JSONValue? {
        guard let first = path.first else { return value }
        let rest = path.dropFirst()
        switch (first, self) {
        case (.key(let key), .object(var object)):
            let inner = (object[key] ?? (rest.first.map(Self.container) ?? .null)).setting(rest, to: value)
            object[key] = inner
            return .object(object)
        case (.index(let index), .array(var elements)):
            if index < elements.count {
                if let inner = elements[index].setting(rest, to: value) {
                    elements[index] = inner
                } else {
                    elements.remove(at: index)
                }
            } else if let inner = (rest.first.map(Self.container) ?? .null).setting(rest, to: value) {
                elements.append(inner)
            }
            return .array(elements)
        default: return self
        }
    }

    private static func container(for component: ConfigPath.Component) -> JSONValue {
        if case .key = component { [:] } else { [] }
    }

    /// The value with keys in order of the alphabet and without members that are empty objects, at any depth: two values that
    /// differ only in where a key stands, or in an object that was pruned, become equal.
    var normalized: JSONValue {
        switch self {
        case .array(let elements): return .array(elements.map(\.normalized))
        case .object(let object):
            let members = object.map { ($0, $1.normalized) }.filter { $0.1 != .object([:]) }
            return .object(JSONObject(members.sorted { $0.0 < $1.0 }))
        default: return self
        }
    }
}
