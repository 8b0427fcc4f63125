import ClawSupport
import ClawTestKit
import Testing

struct JSON5EditTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: [
        ("{}", "{\n  \"k\": 1\n}"), ("{ }", "{\n  \"k\": 1\n}"), ("{a:1}", "{a:1, k: 1}"),
        ("{ a: 1, }", "{ a: 1, k: 1, }"),
        ("{ 'a': 1 }", "{ 'a': 1, \"k\": 1 }"), ("{ a: 1 /* x */ }", "{ a: 1, /* x */ k: 1 }"),
        ("{ // empty\n}", "{ // empty\n  \"k\": 1\n}"),
        ("{\n\ta: 1\n}", "{\n\ta: 1,\n\tk: 1\n}"),
        ("{\n    a: 1, // note\n}\n", "{\n    a: 1, // note\n    k: 1,\n}\n"),
        ("{\n  a: 1 // note\n}", "{\n  a: 1, // note\n  k: 1\n}"),
        ("{\r\n  a: 1\r\n}\r\n", "{\r\n  a: 1,\r\n  k: 1\r\n}\r\n"),
        ("{ a: {\n  b: 1 } }", "{ a: {\n  b: 1 }, k: 1 }"),
        ("{\n  a: 1\n  , b: 2\n}", "{\n  a: 1\n  , b: 2,\n  k: 1\n}"),
        ("{ a: 1, b: 2\n}", "{ a: 1, b: 2,\n  k: 1\n}"), ("{\n  a: 1 /* x\n */ }", "{\n  a: 1, k: 1 /* x\n */ }"),
        ("{ a: 1 // c\u{2028}}", "{ a: 1, // c\n  k: 1\u{2028}}"),
    ])
    func `A member is added in the manner of the others`(before: String, after: String) throws {
        let document = try JSON5Document.parse(before)
        let result = text(document.inserting("k", 1, into: document.root))
        #expect(result == after)
        #expect(try JSON5Document.parse(result).value["k"] == 1)
    }

    @Test(arguments: [
        ("{ x: 1 }", "{ }"), ("{x: 1}", "{}"), ("{ x: 1, b: 2 }", "{ b: 2 }"), ("{ a: 1, x: 2 }", "{ a: 1 }"),
        ("{ a: 1, x: 2, }", "{ a: 1, }"),
        ("{ a: 1, x: 2, b: 3 }", "{ a: 1, b: 3 }"), ("{\n  a: 1,\n  x: 2\n}", "{\n  a: 1\n}"),
        ("{\n  x: 2, // gone\n  // stays\n  b: 1\n}", "{\n  // stays\n  b: 1\n}"),
        ("{\n  a: 1, // one\n  x: { y: 1,\n    z: 2 }, /* gone */\n}", "{\n  a: 1, // one\n}"),
        ("{\n  a: 1, // one\n  x: 2 }", "{\n  a: 1 // one\n }"),
        ("{ a: 1, x: 2, // two\n  b: 3 }", "{ a: 1, // two\n  b: 3 }"), ("{\n  x: 1, b: 2\n}", "{\n  b: 2\n}"),
        ("{\r\n  x: 1,\r\n  b: 2\r\n}", "{\r\n  b: 2\r\n}"),
        ("{ x: 1, /* stays */ b: 2 }", "{ /* stays */ b: 2 }"),
    ])
    func `A member is removed with its own line only`(before: String, after: String) throws {
        let document = try JSON5Document.parse(before)
        let index = try #require(document.root.items.firstIndex { $0.key == "x" })
        let result = text(document.removing(at: index, from: document.root))
        #expect(result == after)
        #expect(try JSON5Document.parse(result).value["x"] == nil)
    }

    @Test func `A value is replaced, nested ones with indentation`() throws {
        let document = try JSON5Document.parse("{\n    // mine\n    a: 1, // one\n    b: 2\n}")
        let nested: JSONValue = ["c": ["x", 1], "d-e": ["f": [["g": 1]]]]
        #expect(
            text(document.replacing(document.root.items[0].node, with: nested))
                == """
                {
                    // mine
                    a: {
                        c: ["x", 1],
                        "d-e": {
                            f: [
                                {
                                    g: 1
                                }
                            ]
                        }
                    }, // one
                    b: 2
                }
                """)
        #expect(
            text(document.replacing(document.root.items[1].node, with: "\n"))
                == "{\n    // mine\n    a: 1, // one\n    b: \"\\n\"\n}")
    }

    @Test func `Elements are added to lists`() throws {
        for (before, after) in [
            ("[]", "[\n  true\n]"), ("[1]", "[1, true]"), ("[\n  1,\n  2\n]", "[\n  1,\n  2,\n  true\n]"),
        ] {
            let document = try JSON5Document.parse(before)
            #expect(text(document.appending(true, to: document.root)) == after)
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func `Random edits come to what they say`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let before = RandomJSON.value(&generator)
            guard let object = before.objectValue, !object.isEmpty else { continue }
            let document = try JSON5Document.parse(Bool.random(using: &generator) ? before.prettyText : before.text)
            let index = Int.random(in: 0..<object.count, using: &generator)
            let value = RandomJSON.value(&generator, depth: 3)
            var expected = object
            expected[object.keys[index]] = value
            #expect(
                try JSON5Document.parse(document.replacing(document.root.items[index].node, with: value)).value
                    == .object(expected))
            expected[object.keys[index]] = nil
            #expect(
                try JSON5Document.parse(document.removing(at: index, from: document.root)).value == .object(expected))
            expected = object
            if object.contains("a key") { continue }
            expected["a key"] = value
            #expect(
                try JSON5Document.parse(document.inserting("a key", value, into: document.root)).value
                    == .object(expected))
        }
    }
}
