import ClawSupport

/// The tree of all keys, built once from the tables.
struct ConfigSchema: Sendable {
    /// A place of the tree: a key, or an object or list on the way to one.
    struct Node: Sendable {
        var key: ConfigKey?
        /// Members in the order of the tables.
        var members: [(name: String, node: Node)] = []
        /// Any member of a map.
        var anyMember: [Node] = []
        /// Any element of a list.
        var anyElement: [Node] = []

        func named(_ name: String) -> Node? { members.first { $0.name == name }?.node }

        var isList: Bool { !anyElement.isEmpty }

        fileprivate mutating func insert(_ key: ConfigKey, _ rest: ArraySlice<Substring>) {
            guard let name = rest.first else {
                self.key = key
                return
            }
            let next = rest.dropFirst()
            switch name {
            case "*":
                if anyMember.isEmpty { anyMember = [Node()] }
                anyMember[0].insert(key, next)
            case "[]":
                if anyElement.isEmpty { anyElement = [Node()] }
                anyElement[0].insert(key, next)
            default:
                if let index = members.firstIndex(where: { $0.name == name }) {
                    members[index].node.insert(key, next)
                } else {
                    var node = Node()
                    node.insert(key, next)
                    members.append((String(name), node))
                }
            }
        }
    }

    static let shared = ConfigSchema(ConfigKeys.all)

    let root: Node

    init(_ keys: [ConfigKey]) {
        var root = Node()
        for key in keys { root.insert(key, Self.components(key.path)[...]) }
        self.root = root
    }

    /// `agents.list[].id` as `agents`, `list`, `[]`, `id`.
    static func components(_ path: String) -> [Substring] {
        path.split(separator: ".").flatMap { part -> [Substring] in
            part.hasSuffix("[]") ? [part.dropLast(2), "[]"] : [part]
        }
    }
}
