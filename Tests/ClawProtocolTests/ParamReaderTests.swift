import ClawCore
import ClawProtocol
import ClawSupport
import Testing

struct ParamReaderTests {
    private func problems(_ json: String, _ read: (inout ParamReader) -> Void) throws -> String? {
        var reader = ParamReader(try JSONParser.parse(json))
        read(&reader)
        return reader.problemText
    }

    @Test func allFaultsAreCollectedInOrder() throws {
        let text = try problems(#"{"b":1,"odd":true,"n":{"x":1}}"#) { reader in
            _ = reader.requiredString("a")
            _ = reader.string("b")
            _ = reader.requiredInt("c")
            _ = reader.nested("n") { $0.requiredString("id") }
        }
        #expect(
            text
                == "must have required property 'a'; must have required property 'c'; at root: unexpected property 'odd'; "
                + "at /b: must be string; at /n: must have required property 'id'; at /n: unexpected property 'x'")
    }

    @Test func textsOfEachKind() throws {
        let text = try problems(
            #"{"s":"","m":"abcd","e":"x","b":1,"i":0,"j":9,"f":1.5,"a":[],"l":["",2],"o":[],"g":{"k":1},"n":null}"#
        ) { reader in
            _ = reader.string("s", minLength: 1)
            _ = reader.string("m", maxLength: 3)
            _ = reader.choice("e", of: ["y"])
            _ = reader.bool("b")
            _ = reader.int("i", minimum: 1)
            _ = reader.int("j", maximum: 5)
            _ = reader.int("f")
            _ = reader.array("a", minItems: 2)
            _ = reader.strings("l")
            _ = reader.object("o")
            _ = reader.flags("g")
            _ = reader.nested("n") { $0.string("x") }
        }
        #expect(
            text == """
                at /s: must NOT have fewer than 1 characters; at /m: must NOT have more than 3 characters; \
                at /e: must be equal to one of the allowed values; at /b: must be boolean; at /i: must be >= 1; \
                at /j: must be <= 5; at /f: must be integer; at /a: must NOT have fewer than 2 items; \
                at /l/0: must NOT have fewer than 1 characters; at /l/1: must be string; at /o: must be object; \
                at /g/k: must be boolean; at /n: must be object
                """)
    }

    /// Minutes become milliseconds later on, and that must not be where the process ends.
    @Test func numbersBeyondAllMeasureAreBroughtIn() throws {
        var reader = ParamReader(["most": .int(.max), "least": .int(.min), "day": .int(1_772_352_000_000)])
        #expect(reader.int("most", minimum: 0) == 100_000_000_000_000)
        #expect(reader.int("least") == -100_000_000_000_000)
        #expect(reader.int("day") == 1_772_352_000_000)
        #expect(reader.problemText == nil)
    }

    @Test func rootThatIsNoObject() throws {
        #expect(try problems("[]") { _ = $0.requiredString("a") } == "must be object")
        #expect(try problems("null") { _ = $0.string("a") } == nil)
    }

    @Test func lenientModeIgnoresUnknownProperties() throws {
        var reader = ParamReader(["probe": 1, "odd": 2], mode: .lenient)
        _ = reader.bool("probe")
        #expect(reader.problemText == "at /probe: must be boolean")
    }

    @Test func finishNamesTheMethod() {
        var reader = ParamReader(["mode": "x"])
        _ = reader.string("range")
        let error = #expect(throws: ClawError.self) { try reader.finish("sessions.usage") }
        #expect(error?.message == "invalid sessions.usage params: at root: unexpected property 'mode'")
        #expect(error?.code == .invalidRequest)
    }

    @Test func patchesTellClearingFromAbsence() throws {
        var reader = ParamReader(["a": nil, "b": "x", "c": 1])
        guard case .clear = reader.patchString("a"), case .set("x") = reader.patchString("b"),
            case .absent = reader.patchString("d"), case .absent = reader.patchString("c")
        else {
            Issue.record("wrong branch")
            return
        }
        #expect(
            reader.problemText
                == "at /c: must be string; at /c: must be null; at /c: must match a schema in anyOf")
    }
}
