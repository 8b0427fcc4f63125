import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct RandomEditTests {
    /// A configuration of unread sections, laid out at random, with a comment after each line.
    private static func text(_ generator: inout SeededGenerator) -> String {
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth < 3 ? 5 : 3), using: &generator) {
            case 0: return String(Int.random(in: 0..<100, using: &generator))
            case 1: return "'text \(Int.random(in: 0..<100, using: &generator))'"
            case 2: return "\"${HOME}/x\""
            case 3:
                let items = (0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth + 1) }
                return "[" + items.joined(separator: ", ")
                    + (items.isEmpty || Bool.random(using: &generator) ? "" : ",") + "]"
            default: return object(depth + 1)
            }
        }
        func object(_ depth: Int) -> String {
            let isInline = Bool.random(using: &generator)
            let indent = String(repeating: "  ", count: depth)
            let count = Int.random(in: 0...4, using: &generator)
            let members = (0..<count).map { index in
                (Bool.random(using: &generator) ? "k\(index)" : "\"k\(index)\"") + ": " + value(depth)
            }
            let trailing = count > 0 && Bool.random(using: &generator) ? "," : ""
            if isInline { return "{ " + members.joined(separator: ", ") + trailing + " }" }
            let lines = members.enumerated().map { index, member in
                "\n\(indent)  // above\n\(indent)  \(member)\(index + 1 < count ? "," : trailing) // beside \(index)"
            }
            return "{" + lines.joined() + "\n\(indent)}"
        }
        let sections = ["skills", "plugins", "memory", "talk"].map { "  \($0): \(object(1)),\n" }
        return "// head\n{\n" + sections.joined() + "}\n// foot\n"
    }

    private static func path(_ value: JSONValue, _ generator: inout SeededGenerator) -> String {
        var value = value
        var path = ""
        while true {
            if let object = value.objectValue, !object.isEmpty {
                let index = Int.random(in: 0..<object.count, using: &generator)
                path += (path.isEmpty ? "" : ".") + object.keys[index]
                value = object.values[index]
            } else if let elements = value.arrayValue, !elements.isEmpty {
                let index = Int.random(in: 0..<elements.count, using: &generator)
                path += "[\(index)]"
                value = elements[index]
            } else {
                return path
            }
            if Int.random(in: 0..<3, using: &generator) == 0, path.contains(".") { return path }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func `A replaced value leaves every other byte`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<8 {
            let before = Self.text(&generator)
            let home = try ConfigHome(before)
            let document = try JSON5Document.parse(before)
            let path = Self.path(document.value, &generator)
            let node = try #require(try node(at: path, in: document.root))
            _ = try home.editor.set(path, "a new value")
            let expected =
                Array(before.utf8)[..<node.range.lowerBound] + Array("\"a new value\"".utf8)
                + Array(before.utf8)[node.range.upperBound...]
            #expect(home.text() == String(decoding: expected, as: UTF8.self), "\(path)")
            _ = try home.editor.set(path, node.value)
            #expect(home.inspect().parsed == document.value, "\(path)")
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func `Adding only adds and removing only removes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 100 + seed)
        for _ in 0..<8 {
            let before = Self.text(&generator)
            let home = try ConfigHome(before)
            let document = try JSON5Document.parse(before)
            let path = Self.path(document.value, &generator)
            let node = try #require(try node(at: path, in: document.root))
            let new = node.isArray ? "\(path)[\(node.items.count)]" : node.isObject ? "\(path).added" : "memory.added"
            let added = try home.editor.set(new, ["x": [1, "y"]]).snapshot
            let longer = try #require(home.text())
            #expect(isPart(before, of: longer), "\(new)")
            #expect(try self.node(at: new, in: JSON5Document.parse(longer).root)?.value == ["x": [1, "y"]])
            _ = try home.editor.unset(new, baseHash: added.hash)
            #expect(without(home.inspect().parsed) == without(document.value), "\(new)")
            try home.write(before)
            _ = try home.editor.unset(path)
            let shorter = try #require(home.text())
            #expect(isPart(shorter, of: before), "\(path)")
            #expect(shorter.hasPrefix("// head\n{") && shorter.hasSuffix("}\n// foot\n"))
        }
    }

    /// Whether `part` comes from `whole` by leaving bytes out.
    private func isPart(_ part: String, of whole: String) -> Bool {
        var rest = part.utf8[...]
        for byte in whole.utf8 where byte == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    /// The value without empty objects, which removing their last key takes away.
    private func without(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(without))
        case .object(let object):
            let members = object.map { ($0, without($1)) }
            return .object(JSONObject(members.filter { $0.1 != [:] }))
        default: return value
        }
    }

    private func node(at path: String, in root: JSON5Node) throws -> JSON5Node? {
        try ConfigPath(parsing: path).components.reduce(root as JSON5Node?) { node, component in
            switch component {
            case .key(let key): node?.member(key)?.node
            case .index(let index): node.flatMap { index < $0.items.count ? $0.items[index].node : nil }
            }
        }
    }
}
