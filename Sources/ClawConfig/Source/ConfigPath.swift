/// The place of a value in a configuration: `agents.list[0].model`, `models.providers["my.host"].baseUrl`.
package struct ConfigPath: Sendable, Hashable, CustomStringConvertible {
    package enum Component: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    package let components: [Component]

    package init(_ components: [Component] = []) { self.components = components }

    /// Reads a path as people write it: keys with dots between, positions and unusual keys in brackets
    /// (`a.b[0]["x.y"]`), a backslash before a dot that belongs to a key. Throws an issue for everything else, and for the
    /// keys that JavaScript programs confuse with their own (`__proto__`, `constructor`, `prototype`).
    package init(parsing text: String) throws(ConfigIssue) {
        var reader = ConfigPathReader(text)
        components = try reader.read()
    }

    package var isRoot: Bool { components.isEmpty }

    package func appending(_ key: String) -> ConfigPath { ConfigPath(components + [.key(key)]) }
    package func appending(index: Int) -> ConfigPath { ConfigPath(components + [.index(index)]) }

    /// The path without its last component.
    package var parent: ConfigPath { ConfigPath(Array(components.dropLast())) }

    package var description: String {
        var text = ""
        for component in components {
            switch component {
            case .index(let index): text += "[\(index)]"
            case .key(let key) where Self.isPlain(key): text += text.isEmpty ? key : ".\(key)"
            case .key(let key):
                text += "[\"" + key.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\"]"
            }
        }
        return text
    }

    /// The last key of the path; empty for the root.
    var lastKey: String {
        for case .key(let key) in components.reversed() { return key }
        return ""
    }

    static let reservedKeys: Set<String> = ["__proto__", "constructor", "prototype"]

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.unicodeScalars.allSatisfy {
                ($0 > " " && $0 != "." && $0 != "[" && $0 != "]" && $0 != "\\" && $0 != "\"")
            }
    }
}

/// Takes a written path apart.
private struct ConfigPathReader {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    private func fault(_ message: String) -> ConfigIssue {
        ConfigIssue(
            path: "", message: "\"\(text)\" is no configuration path: \(message).",
            fix: "Write keys with dots between, like gateway.auth.mode or agents.list[0].name.")
    }

    mutating func read() throws(ConfigIssue) -> [ConfigPath.Component] {
        var components: [ConfigPath.Component] = []
        if rest.isEmpty { throw fault("it is empty") }
        while !rest.isEmpty {
            if rest.first == "[" {
                components.append(try bracket())
            } else {
                if !components.isEmpty {
                    guard rest.first == "." else { throw fault("a dot or a bracket is missing after a bracket") }
                    rest.removeFirst()
                    if rest.first == "[" { throw fault("a key is missing after a dot") }
                }
                components.append(.key(try key()))
            }
        }
        for case .key(let key) in components where ConfigPath.reservedKeys.contains(key) {
            throw fault("the key \(key) is reserved")
        }
        return components
    }

    private mutating func key() throws(ConfigIssue) -> String {
        var key = ""
        while let character = rest.first, character != ".", character != "[" {
            if character == "]" { throw fault("a bracket closes that was not opened") }
            rest.removeFirst()
            if character == "\\", let escaped = rest.popFirst() {
                key.append(escaped)
            } else {
                key.append(character)
            }
        }
        if key.isEmpty { throw fault("a key is empty") }
        return key
    }

    private mutating func bracket() throws(ConfigIssue) -> ConfigPath.Component {
        rest.removeFirst()
        if let quote = rest.first, quote == "\"" || quote == "'" {
            rest.removeFirst()
            var key = ""
            while let character = rest.popFirst(), character != quote {
                key.append(character == "\\" ? rest.popFirst() ?? character : character)
            }
            guard rest.popFirst() == "]" else { throw fault("a bracket does not close") }
            return .key(key)
        }
        guard let end = rest.firstIndex(of: "]") else { throw fault("a bracket does not close") }
        let digits = rest[..<end]
        rest = rest[end...].dropFirst()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = Int(digits) else {
            throw fault("a bracket holds a position from 0 or a key in quotes")
        }
        return .index(index)
    }
}
