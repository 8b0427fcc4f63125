import ClawConfig
import ClawCore
import ClawSupport
import Testing

/// S52: a secret that comes back as the sentinel stays in its own element of a list, or the change is refused.
@Suite struct SentinelListTests {
    private static let stored =
        "{talk: {list: [{name: 'a', token: 'secret-of-a'}, {name: 'b', token: 'secret-of-b'}, {name: 'c', x: 1}]}}"
    private static let hidden = "token: '__OPENCLAW_REDACTED__'"

    /// The list after a client sent `list` back, as plain JSON and as text with a comment.
    private func lists(_ list: String) throws -> [String] {
        try ["{talk: {list: \(list)}}", "// mine\n{talk: {list: \(list)}}"].map { text -> String in
            let home = try ConfigHome(Self.stored)
            let isPlain = !text.hasPrefix("//")
            let raw = isPlain ? try JSON5Document.parse(text).value.text : text
            do throws(ClawError) {
                _ = try home.editor.replace(with: raw, baseHash: home.inspect().hash)
            } catch {
                #expect(home.text() == Self.stored)
                return error.message
            }
            return home.inspect().parsed["talk"]?["list"]?.arrayValue?.map { $0["token"]?.stringValue ?? "-" }
                .joined(separator: " ") ?? ""
        }
    }

    private func expect(_ list: String, _ expected: String) throws {
        for outcome in try lists(list) { #expect(outcome == expected) }
    }

    @Test func s52_elementsThatStayInPlaceKeepTheirSecrets() throws {
        let (a, b) = ("{name: 'a', \(Self.hidden)}", "{name: 'b', \(Self.hidden)}")
        try expect("[\(a), \(b), {name: 'c', x: 1}]", "secret-of-a secret-of-b -")
        // One element that is changed is that element still.
        try expect("[{name: 'new', \(Self.hidden)}, \(b), {name: 'c', x: 1}]", "secret-of-a secret-of-b -")
        // Its other values tell where an element comes from.
        try expect("[\(b), \(a), {name: 'c', x: 1}]", "secret-of-b secret-of-a -")
        try expect("[\(b)]", "secret-of-b")
        try expect("[{name: 'new', token: 'given'}, \(b)]", "given secret-of-b")
    }

    @Test func s52_whatNobodyCanTellIsRefused() throws {
        for list in [
            "[{name: 'x', \(Self.hidden)}, {name: 'y', \(Self.hidden)}, {name: 'c', x: 1}]",
            "[{name: 'x', \(Self.hidden)}]", "[{\(Self.hidden)}, {name: 'b', \(Self.hidden)}]",
        ] {
            for outcome in try lists(list) {
                #expect(
                    outcome.contains("talk.list[0]: Elements of this list were moved, added or removed"), "\(outcome)")
            }
        }
    }
}
