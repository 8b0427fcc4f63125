import ClawSupport

/// A parsed file of the configuration, with the files that its `$include` directives name.
struct ConfigDocument: Sendable {
    /// Absolute, symbolic links followed for included files.
    let path: String
    let document: JSON5Document
    /// The included files in order, by the offset of the object that holds the directive.
    let includes: [Int: [ConfigDocument]]

    static let directive = "$include"

    /// This file and those below it, each once, in the order of reading.
    var paths: [String] {
        var seen: [String] = [path]
        for (_, documents) in includes.sorted(by: { $0.key < $1.key }) {
            for path in documents.flatMap(\.paths) where !seen.contains(path) { seen.append(path) }
        }
        return seen
    }

    /// The content with the included files merged in and references to variables left as text.
    var merged: JSONValue { merged(document.root) }

    private func merged(_ node: JSON5Node) -> JSONValue {
        switch node.content {
        case .scalar(let value): return value
        case .array(let items): return .array(items.map { merged($0.node) })
        case .object(let items):
            let own = JSONObject(
                items.lazy.filter { $0.key != Self.directive || includes[node.range.lowerBound] == nil }
                    .map { ($0.key ?? "", merged($0.node)) })
            guard let included = includes[node.range.lowerBound] else { return .object(own) }
            let base = included.count == 1 ? included[0].merged : included.reduce(.object([:])) { merge($0, $1.merged) }
            return own.isEmpty ? base : merge(base, .object(own))
        }
    }

    /// Objects merge, lists join, anything else is replaced.
    private func merge(_ base: JSONValue, _ over: JSONValue) -> JSONValue {
        switch (base, over) {
        case (.object(var object), .object(let changes)):
            for key in object.keys where ConfigPath.reservedKeys.contains(key) { object[key] = nil }
            for (key, value) in changes where !ConfigPath.reservedKeys.contains(key) {
                object[key] = object[key].map { merge($0, value) } ?? value
            }
            return .object(object)
        case (.array(let first), .array(let second)): return .array(first + second)
        default: return over
        }
    }
}

/// One of the values, in one of the files, that make up the value at a path.
struct ConfigLayer: Sendable {
    let source: ConfigDocument
    let node: JSON5Node
    /// The array or object that holds the value, and its position there; nil for the root of a file.
    var container: JSON5Node?
    var index = 0

    /// Where the value, or the key before it, starts.
    var offset: Int { container?.items[index].range.lowerBound ?? node.range.lowerBound }
}

extension ConfigDocument {
    /// The values that are merged into the value at `path`, weakest first; empty when there is none.
    func layers(of path: ConfigPath) -> [ConfigLayer] {
        var layers = expanded(ConfigLayer(source: self, node: document.root))
        for component in path.components {
            switch component {
            case .key(let key):
                layers = visible(
                    layers.flatMap { layer -> [ConfigLayer] in
                        guard layer.node.isObject, key != Self.directive,
                            let index = layer.node.items.firstIndex(where: { $0.key == key })
                        else { return [] }
                        return expanded(child(index, of: layer))
                    })
            case .index(let index): layers = element(index, of: layers)
            }
        }
        return layers
    }

    private func child(_ index: Int, of layer: ConfigLayer) -> ConfigLayer {
        ConfigLayer(
            source: layer.source, node: layer.node.items[index].node, container: layer.node, index: index)
    }

    private func element(_ index: Int, of layers: [ConfigLayer]) -> [ConfigLayer] {
        var index = index
        for layer in layers where layer.node.isArray {
            let count = layer.node.items.count
            if index < count { return expanded(child(index, of: layer)) }
            index -= count
        }
        return []
    }

    /// The layer preceded by what its object includes; an object that only includes stands for nothing itself.
    private func expanded(_ layer: ConfigLayer) -> [ConfigLayer] {
        guard layer.node.isObject, let included = layer.source.includes[layer.node.range.lowerBound] else {
            return [layer]
        }
        let below = visible(
            included.flatMap { expanded(ConfigLayer(source: $0, node: $0.document.root)) })
        return layer.node.items.count == 1 ? below : visible(below + [layer])
    }

    /// The strongest layer and those below that it merges with.
    private func visible(_ layers: [ConfigLayer]) -> [ConfigLayer] {
        guard let strongest = layers.last else { return [] }
        var kept: [ConfigLayer] = []
        for layer in layers.reversed() {
            let merges =
                layer.node.isObject && strongest.node.isObject || layer.node.isArray && strongest.node.isArray
            if !kept.isEmpty, !merges { break }
            kept.append(layer)
        }
        return kept.reversed()
    }

    /// The issue with file, line and column of its path, or of the nearest parent that is there.
    func placing(_ issue: ConfigIssue, at path: ConfigPath) -> ConfigIssue {
        var path = path
        while true {
            if let layer = layers(of: path).last, layer.container != nil || path.isRoot {
                let place = layer.source.document.position(of: layer.offset)
                var issue = issue
                issue.file = layer.source.path
                issue.line = place.line
                issue.column = place.column
                return issue
            }
            if path.isRoot { return issue }
            path = path.parent
        }
    }
}
