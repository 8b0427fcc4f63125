import ClawSupport
import ClawTestKit
import Testing

struct JSONRoundTripTests {
    @Test(arguments: 0..<20 as Range<UInt64>) func `What is written is read back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let value = RandomJSON.value(&generator)
            #expect(try JSONParser.parse(value.bytes) == value)
            #expect(try JSONParser.parse(value.bytes, mode: .lenient) == value)
            #expect(try JSONParser.parse(value.prettyText) == value)
            #expect(try JSON5Document.parse(value.bytes).value == value)
            #expect(try JSON5Document.parse(value.prettyText).value == value)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `Damaged text is read or refused, never worse`(seed: UInt64) {
        var generator = SeededGenerator(seed: 1000 + seed)
        for _ in 0..<200 {
            var bytes = RandomJSON.value(&generator).bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0...bytes.count, using: &generator)
                if position < bytes.count, Bool.random(using: &generator) { bytes.remove(at: position) }
                bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: min(position, bytes.count))
            }
            for mode in [JSONParser.Mode.strict, .lenient] {
                do throws(JSONParseError) {
                    let value = try JSONParser.parse(bytes, mode: mode)
                    #expect((try? JSONParser.parse(value.bytes)) == value)  // nil differs from every value
                } catch {
                    #expect((0...bytes.count).contains(error.offset))
                }
            }
            do throws(JSONParseError) {
                let document = try JSON5Document.parse(bytes)
                #expect((try? JSONParser.parse(document.value.bytes)) == document.value)  // as above
                // JSON5 holds all of JSON.
                if let strict = try? JSONParser.parse(bytes) { #expect(strict == document.value) }
            } catch {
                // Nil when JSON refuses too.
                #expect((try? JSONParser.parse(bytes)) == nil, "JSON5 refused JSON: \(error)")
            }
        }
    }

    @Test func `Pretty text has the usual layout`() {
        let value: JSONValue = ["a": [], "b": [:], "c": [1, ["d": "e"]], "f": "g\"\n"]
        let expected = """
            {
              "a": [],
              "b": {},
              "c": [
                1,
                {
                  "d": "e"
                }
              ],
              "f": "g\\"\\n"
            }
            """
        #expect(value.prettyText == expected)
    }
}
