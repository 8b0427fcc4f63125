import ClawSupport
import Testing

struct JSON5ReaderTests {
    @Test(arguments: [
        ("{a:1}", #"{"a":1}"#), ("{$_a1:1,}", #"{"$_a1":1}"#), ("{'a b':1,\"c\":2}", #"{"a b":1,"c":2}"#),
        ("{é:1}", #"{"é":1}"#),
        (#"{\u0061b:1}"#, #"{"ab":1}"#), ("{null:1,true:2}", #"{"null":1,"true":2}"#), ("[1,]", "[1]"), ("[]", "[]"),
        ("{}", "{}"),
        ("'it''s'", nil), ("'\"'", #""\"""#), (#"'\''"#, #""'""#), ("'a\\\nb'", "\"ab\""), ("'a\\\r\nb'", "\"ab\""),
        (#"'\x41\v\0\a\/'"#, ##""A\u000b\u0000a/""##), ("'\t'", #""\t""#), ("'\u{2028}'", "\"\u{2028}\""),
        (#"'\ud83d\ude00\ud800'"#, "\"😀\u{FFFD}\""), ("+1", "1"), ("-.5", "-0.5"), (".5", "0.5"), ("5.", "5"),
        ("+5.e1", "5e1"), ("0x10", "16"),
        ("-0xFf", "-255"), ("0XFFFFFFFFFFFFFFFF", "18446744073709551615"), ("-0x0", "0"), ("Infinity", "1e999"),
        ("-Infinity", "-1e999"),
        ("NaN", "null"), ("-NaN", "null"), ("1e5", "1e5"), ("0", "0"), ("-0", "-0"), ("0.0", "0.0"), ("// c\n1", "1"),
        ("/* c */1/**/", "1"),
        ("1// end", "1"), ("\u{FEFF}{}", "{}"), ("\u{A0}\u{2003}\u{C}\u{B}[1\u{3000},2]", "[1,2]"),
        ("// c\u{2028}1", "1"), ("// c\r1", "1"),
        ("{a:{b:[{c:null}]}}", #"{"a":{"b":[{"c":null}]}}"#),
    ])
    func `What JSON5 adds to JSON is read`(text: String, json: String?) throws {
        let value = try? JSON5Document.parse(text).value  // nil is what some cases expect
        #expect(value?.text == json)
        if let value { #expect(try JSONParser.parse(value.text) == value) }
    }

    @Test(arguments: [
        ("", 1, 1, "unexpected end of text"), ("{\n a: 1\n b: 2\n}", 3, 2, "expected ',' or '}'"),
        ("{a:1,a:2}", 1, 6, "duplicate key \"a\""),
        ("{a:1,\n'\\x61':2}", 2, 1, "duplicate key \"a\""), ("{} {}", 1, 4, "unexpected text after the value"),
        ("[1,,2]", 1, 4, "unexpected character"),
        ("[,]", 1, 2, "unexpected character"), ("{,}", 1, 2, "expected a key"), ("{a 1}", 1, 4, "expected ':'"),
        ("{a", 1, 3, "unexpected end of text in an object"),
        ("{a:1", 1, 5, "unexpected end of text in an object"), ("[1", 1, 3, "unexpected end of text in an array"),
        ("{1a:1}", 1, 2, "expected a key"),
        ("{a-b:1}", 1, 3, "expected ':'"), (#"{\u0031:1}"#, 1, 2, "expected a key"),
        (#"{a\u0020:1}"#, 1, 2, "this character cannot stand in a key"),
        ("'a", 1, 1, "string without an end"), ("'a\nb'", 1, 3, "line break in a string"),
        (#"'\1'"#, 1, 3, "unknown escape"), (#"'\01'"#, 1, 3, "unknown escape"),
        (#"'\xg1'"#, 1, 4, "expected 2 hexadecimal digits"), (#"'\u12"#, 1, 6, "unexpected end of text in an escape"),
        ("'\\", 1, 3, "unexpected end of text in an escape"),
        ("/* a", 1, 1, "comment without an end"), ("/ 1", 1, 1, "unexpected character"),
        ("01", 1, 1, "number with a leading zero"), ("-", 1, 2, "expected a digit"),
        ("+", 1, 2, "expected a digit"), (".", 1, 2, "expected a digit"),
        ("1e", 1, 3, "expected a digit in the exponent"), ("0x", 1, 3, "expected a hexadecimal digit"),
        ("0x1g", 1, 4, "unexpected character in a number"), ("1a", 1, 2, "unexpected character in a number"),
        ("1.2.3", 1, 4, "unexpected character in a number"),
        ("0x10000000000000000", 1, 1, "hexadecimal number above 64 bits"), ("nullish", 1, 1, "unexpected word"),
        ("undefined", 1, 1, "unexpected character"),
        ("tru", 1, 1, "unexpected word"), ("infinity", 1, 1, "unexpected character"),
        ("\"a", 1, 1, "string without an end"),
    ])
    func `Invalid texts are refused with line and column`(text: String, line: Int, column: Int, message: String) {
        let error = #expect(throws: JSONParseError.self) { try JSON5Document.parse(text) }
        #expect(error?.message == message)
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test func `Nesting is limited and invalid UTF-8 refused`() {
        let deep = #expect(throws: JSONParseError.self) {
            try JSON5Document.parse(String(repeating: "[", count: 100_000))
        }
        #expect(deep?.message == "nested deeper than 200 levels")
        let broken = #expect(throws: JSONParseError.self) {
            try JSON5Document.parse(Array("{a: 1} // é".utf8) + [0xC3, 0x0A])
        }
        #expect(broken?.message == "invalid UTF-8")
        #expect(broken?.column == 13)
    }

    @Test func `Every value, key and comma has its place`() throws {
        let text = "{ a : [1, 'x' ,], \"b\": { } }"
        let document = try JSON5Document.parse(text)
        func slice(_ range: Range<Int>?) -> String {
            range.map { String(decoding: document.bytes[$0], as: UTF8.self) } ?? ""
        }
        let first = try #require(document.root.member("a"))
        #expect(slice(document.root.range) == text)
        #expect(slice(document.root.interior) == " a : [1, 'x' ,], \"b\": { } ")
        #expect(slice(first.keyRange) == "a")
        #expect(slice(first.range) == "a : [1, 'x' ,]")
        #expect(slice(first.node.range) == "[1, 'x' ,]")
        #expect(first.node.items.map { slice($0.range) } == ["1", "'x'"])
        #expect(first.node.items.map(\.comma) == [8, 14])
        #expect(first.comma == 16)
        let second = try #require(document.root.member("b"))
        #expect(slice(second.keyRange) == "\"b\"")
        #expect(slice(second.node.interior) == " ")
        #expect(second.comma == nil)
        #expect(document.root.member("c") == nil)
        #expect(document.position(of: 18) == (line: 1, column: 19))
    }
}
