import ClawSupport
import Testing

struct JSONParserTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("false", "false"), ("0", "0"), ("-0", "-0"), ("1", "1"), ("-1", "-1"),
        ("123.456", "123.456"), ("1e5", "1e5"), ("1E+5", "1E+5"), ("1e-5", "1e-5"), ("-0.0e0", "-0.0e0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"), ("0.1e1", "0.1e1"), ("20e1", "20e1"),
        ("[]", "[]"), ("[ ]", "[]"), ("[1 , 2]", "[1,2]"), ("[[],[[]]]", "[[],[[]]]"),
        ("[null,1,\"1\",{}]", "[null,1,\"1\",{}]"),
        ("{}", "{}"), ("{ }", "{}"), ("{\"a\":1}", "{\"a\":1}"), ("{\"\":0}", "{\"\":0}"),
        ("{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"),
        ("{\"a\":{\"a\":{}}}", "{\"a\":{\"a\":{}}}"), (" \t\r\n1\n", "1"), ("\"\"", "\"\""), ("\"a\"", "\"a\""),
        (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#), (#""\u0041\u00e9\u20ac""#, "\"Aé€\""),
        (#""\u0000""#, #""\u0000""#),
        (#""\ud83d\ude00""#, "\"😀\""), (#""\uD834\uDD1E""#, "\"𝄞\""), ("\"\u{7F}\"", "\"\u{7F}\""),
        ("\"\u{2028}\u{2029}\"", "\"\u{2028}\u{2029}\""), ("\"héllo 😀\"", "\"héllo 😀\""),
        (#""\u0060\u012a\u12AB""#, "\"`Ī\u{12AB}\""),
        (#""\u001f""#, #""\u001f""#), (#"{"\u0061":1}"#, #"{"a":1}"#),
    ])
    func `Valid texts are read and written compactly`(text: String, written: String) throws {
        #expect(try JSONParser.parse(text).text == written)
        #expect(try JSONParser.parse(text, mode: .lenient).text == written)
    }

    @Test(arguments: [
        ("", 0, "unexpected end of text"), (" ", 1, "unexpected end of text"), ("nul", 3, "unexpected end of text"),
        ("nule", 0, "unexpected word"), ("True", 0, "unexpected character"), ("nan", 3, "unexpected end of text"),
        ("nope", 0, "unexpected word"),
        ("Infinity", 0, "unexpected character"), ("+1", 0, "unexpected character"), (".5", 0, "unexpected character"),
        ("1.", 2, "expected a digit after '.'"), ("-", 1, "expected a digit"), ("-x", 1, "expected a digit"),
        ("01", 1, "unexpected text after the value"), ("-01", 2, "unexpected text after the value"),
        ("0x10", 1, "unexpected text after the value"), ("1e", 2, "expected a digit in the exponent"),
        ("1e+", 3, "expected a digit in the exponent"), ("1.e1", 2, "expected a digit after '.'"),
        ("1 2", 2, "unexpected text after the value"), ("[1]]", 3, "unexpected text after the value"),
        ("[", 1, "unexpected end of text"), ("[1", 2, "unexpected end of text in an array"),
        ("[1,]", 3, "unexpected character"),
        ("[,1]", 1, "unexpected character"), ("[1 2]", 3, "expected ',' or ']'"), ("[1}", 2, "expected ',' or ']'"),
        ("{", 1, "expected a key in double quotes"), ("{a:1}", 1, "expected a key in double quotes"),
        ("{'a':1}", 1, "expected a key in double quotes"), ("{1:1}", 1, "expected a key in double quotes"),
        ("{\"a\"}", 4, "expected ':'"), ("{\"a\" 1}", 5, "expected ':'"), ("{\"a\":}", 5, "unexpected character"),
        ("{\"a\":1,}", 7, "expected a key in double quotes"), ("{\"a\":1", 6, "unexpected end of text in an object"),
        ("{\"a\":1 \"b\":2}", 7, "expected ',' or '}'"), ("{\"a\":1]", 6, "expected ',' or '}'"),
        ("\"", 0, "string without an end"), ("\"a", 0, "string without an end"),
        ("\"\\", 2, "unexpected end of text in an escape"),
        ("\"\\\"", 0, "string without an end"), ("\"\\x41\"", 2, "unknown escape"),
        ("\"\\u12\"", 3, "unexpected end of text in an escape"),
        ("\"\\u12G4\"", 5, "expected four hexadecimal digits"), ("\"\\u00 1\"", 5, "expected four hexadecimal digits"),
        ("\"a\nb\"", 2, "control character in a string"), ("\"\t\"", 1, "control character in a string"),
        ("\"\\n\u{1}\"", 3, "control character in a string"), ("'a'", 0, "unexpected character"),
        ("// c\n1", 0, "unexpected character"),
        ("/**/1", 0, "unexpected character"), ("\u{FEFF}1", 0, "unexpected character"),
        ("[1]\u{0}", 3, "unexpected text after the value"),
        ("\u{A0}1", 0, "unexpected character"), ("\u{C}1", 0, "unexpected character"),
    ])
    func `Invalid texts are refused at the right byte`(text: String, offset: Int, message: String) {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.message == message)
        #expect(throws: JSONParseError.self) { try JSONParser.parse(text, mode: .lenient) }
    }

    @Test func `The place of a fault is told by line and column`() {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse("{\n  \"a\": 1,\n  \"é\": x\n}") }
        #expect(error?.description == "unexpected character at line 3, column 9")
    }

    @Test func `A duplicate key is an error or the later one wins`() throws {
        let text = #"{"a":1,"b":2,"\u0061":3}"#
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
        #expect(error?.message == "duplicate key \"a\"")
        #expect(error?.offset == 13)
        #expect(try JSONParser.parse(text, mode: .lenient).text == #"{"a":3,"b":2}"#)
    }

    @Test func `Half a surrogate pair reads as the replacement character`() throws {
        for text in [#""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\ud800""#, #""\ud800\u0041""#]
        {
            let value = try JSONParser.parse(text)
            #expect(value.stringValue?.unicodeScalars.first == "\u{FFFD}")
            #expect(try JSONParser.parse(text, mode: .lenient) == value)
        }
        #expect(try JSONParser.parse(#""\ud800\u0041""#) == "\u{FFFD}A")
        #expect(try JSONParser.parse(#""\ud800\ud83d\ude00""#) == "\u{FFFD}😀")
    }

    @Test func `Invalid UTF-8 is an error or repaired`() throws {
        let cases: [[UInt8]] = [
            [0xFF], [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x82],
        ]
        for broken in cases {
            for escape in [[], Array("\\n".utf8)] {
                let bytes = [0x22] + escape + broken + [0x22]
                let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(bytes) }
                #expect(error?.message == "invalid UTF-8 in a string")
                let text = try JSONParser.parse(bytes, mode: .lenient).stringValue
                #expect(text?.unicodeScalars.contains("\u{FFFD}") == true)
            }
        }
    }

    @Test func `Nesting is limited`() throws {
        let deepest = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(try JSONParser.parse(deepest).text == deepest)
        for opening in ["[", "{\"a\":"] {
            let error = #expect(throws: JSONParseError.self) {
                try JSONParser.parse(String(repeating: opening, count: 100_000))
            }
            #expect(error?.message == "nested deeper than 200 levels")
        }
        let wide = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONParser.parse(wide).arrayValue?.count == 1000)
    }

    @Test func `Numbers keep their text and tell their value`() throws {
        let cases: [(String, Int?, Double)] = [
            ("5", 5, 5), ("5.0", 5, 5), ("1e3", 1000, 1000), ("-0", 0, 0), ("0.5", nil, 0.5),
            ("9223372036854775807", .max, 9.2233720368547758e18),
            ("9223372036854775808", nil, 9.2233720368547758e18), ("1e999", nil, .infinity), ("1e-999", 0, 0),
            ("-1.5e2", -150, -150),
        ]
        for (text, int, double) in cases {
            let value = try JSONParser.parse(text)
            #expect(value.text == text)
            #expect(value.intValue == int, "\(text)")
            #expect(value.doubleValue == double, "\(text)")
        }
        #expect(JSONValue.double(2.50).text == "2.5")
        #expect(JSONValue.double(3).text == "3")
        #expect(JSONValue.double(.nan).text == "0")
        #expect(JSONValue.double(-1e300).doubleValue == -1e300)
    }

    @Test func `Objects keep the order of keys and find them in large numbers`() throws {
        let keys = (0..<500).map { "key\(($0 * 7919) % 500)" }
        let text = "{" + keys.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        var object = try #require(try JSONParser.parse(text).objectValue)
        #expect(object.keys == keys)
        #expect(object["key419"] == 1)
        object["key419"] = nil
        #expect(object["key419"] == nil && object.count == 499)
        object["key419"] = 1
        #expect(object.keys.last == "key419")
        #expect(JSONValue.object(object) != (try JSONParser.parse(text)))
    }
}
