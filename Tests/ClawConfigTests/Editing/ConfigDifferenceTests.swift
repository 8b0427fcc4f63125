import ClawConfig
import ClawSupport
import Testing

/// The least changes between two configurations, and patches.
@Suite struct ConfigDifferenceTests {
    private func changes(
        _ stored: String, _ wanted: String, resolved: String? = nil, effective: String = "{}"
    ) throws -> [String] {
        let base = ConfigDifference.Base(
            stored: try JSONParser.parse(stored), resolved: try JSONParser.parse(resolved ?? stored),
            effective: try JSONParser.parse(effective))
        return ConfigDifference.changes(from: base, to: try JSONParser.parse(wanted)).map { change in
            switch change {
            case .set(let path, let value): "\(path) = \(value.text)"
            case .unset(let path): "\(path) gone"
            }
        }
    }

    @Test func onlyWhatDiffersIsTouched() throws {
        #expect(try changes(#"{"a":1,"b":{"c":[1,2],"d":true}}"#, #"{"b":{"d":true,"c":[1,2]},"a":1}"#) == [])
        #expect(
            try changes(#"{"a":1,"b":{"c":2,"d":3}}"#, #"{"a":1,"b":{"c":4},"e":null}"#) == [
                "b.d gone", "b.c = 4", "e = null",
            ])
        #expect(try changes(#"{"a":{"b":1}}"#, #"{"a":7}"#) == ["a = 7"])
        #expect(try changes(#"{"a":7}"#, #"{"a":{"b":1}}"#) == [#"a = {"b":1}"#])
        #expect(try changes("{}", #"{"my.host":{"x":1}}"#) == [#"["my.host"] = {"x":1}"#])
    }

    @Test func referencesStayText() throws {
        let (stored, resolved) = (#"{"token":"${TOKEN}","port":1}"#, #"{"token":"s3cret","port":1}"#)
        #expect(try changes(stored, #"{"token":"s3cret","port":2}"#, resolved: resolved) == ["port = 2"])
        #expect(try changes(stored, #"{"token":"${TOKEN}","port":1}"#, resolved: resolved) == [])
        #expect(try changes(stored, #"{"token":"other","port":1}"#, resolved: resolved) == [#"token = "other""#])
    }

    @Test func defaultsStayOutOfTheFile() throws {
        let effective = #"{"gateway":{"port":18789,"bind":"loopback"},"agents":{"list":[]},"x":5}"#
        #expect(try changes("{}", effective, effective: effective) == [])
        #expect(
            try changes(
                "{}", #"{"gateway":{"port":18789,"bind":"lan"},"agents":{"list":[]},"x":5}"#, effective: effective)
                == [#"gateway.bind = "lan""#])
        // What was written by a person stays, even where it says the default.
        #expect(try changes(#"{"x":5}"#, #"{"x":5}"#, effective: effective) == [])
    }

    @Test func listsChangeAsLittleAsPossible() throws {
        let list = #"{"l":[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}]}"#
        #expect(
            try changes(list, #"{"l":[{"id":"a","n":1},{"id":"b","n":9},{"id":"c","n":3}]}"#) == ["l[1].n = 9"])
        #expect(try changes(list, #"{"l":[{"id":"a","n":1},{"id":"c","n":3}]}"#) == ["l[1] gone"])
        #expect(try changes(list, #"{"l":[{"id":"b","n":2}]}"#) == ["l[2] gone", "l[0] gone"])
        #expect(
            try changes(list, #"{"l":[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3},{"id":"d"}]}"#)
                == [#"l[3] = {"id":"d"}"#])
        #expect(try changes(list, #"{"l":[{"id":"z"}]}"#) == [#"l = [{"id":"z"}]"#])
        #expect(try changes(#"{"l":["a","b"]}"#, #"{"l":["b"]}"#) == ["l[0] gone"])
    }

    @Test(arguments: [
        (#"{"a":1,"b":{"c":2}}"#, #"{"b":{"c":null,"d":3}}"#, #"{"a":1,"b":{"d":3}}"#),
        (#"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#),
        (#"{"a":1}"#, #"{"a":{"b":null,"c":1}}"#, #"{"a":{"c":1}}"#),
        (
            #"{"l":[{"id":"x","n":1,"m":2},{"id":"y"}]}"#, #"{"l":[{"id":"x","n":null},{"id":"z"},{"n":7}]}"#,
            #"{"l":[{"id":"x","m":2},{"id":"y"},{"id":"z"},{"n":7}]}"#
        ),
        (#"{"l":[{"id":"x"},{"n":1}]}"#, #"{"l":[{"id":"x","n":2}]}"#, #"{"l":[{"id":"x","n":2}]}"#),
        (#"{"l":[]}"#, #"{"l":[{"id":"x"}]}"#, #"{"l":[{"id":"x"}]}"#),
        ("{}", #"{"__proto__":{"x":1}}"#, #"{"__proto__":{"x":1}}"#),
        (
            #"{"a":{}}"#, #"{"a":{"constructor":{"prototype":{"x":1}}}}"#,
            #"{"a":{"constructor":{"prototype":{"x":1}}}}"#
        ),
    ])
    func s59_patchesMerge(_ base: String, _ patch: String, _ merged: String) throws {
        let result = MergePatch.apply(try JSONParser.parse(patch), to: try JSONParser.parse(base))
        #expect(result.text == merged)
    }

    @Test func s52_secretsComeBack() throws {
        let stored = try JSONParser.parse(
            #"{"t":"s","l":[{"id":"a","k":"1"},{"id":"b","k":"2"}],"p":[{"k":"x"}],"ref":"${NAME}"}"#)
        let sent = try JSONParser.parse(
            #"""
            {"t":"__OPENCLAW_REDACTED__","l":[{"id":"b","k":"__OPENCLAW_REDACTED__"}],"p":[{"k":"__OPENCLAW_REDACTED__"}],
            "ref":"${NAME}"}
            """#)
        #expect(
            try SentinelRestoration.restore(sent, from: stored).text
                == #"{"t":"s","l":[{"id":"b","k":"2"}],"p":[{"k":"x"}],"ref":"${NAME}"}"#)
    }

    @Test(arguments: [
        (#"{"new":"__OPENCLAW_REDACTED__"}"#, Self.nothingStored),
        (#"{"l":[{"id":"zz","k":"__OPENCLAW_REDACTED__"}]}"#, Self.nothingStored),
        (
            #"{"l":["__OPENCLAW_REDACTED__","__OPENCLAW_REDACTED__"]}"#,
            "Elements of this list were moved, added or removed, and __OPENCLAW_REDACTED__ does not tell which secret "
                + "belongs here."
        ),
    ])
    func aSentinelWithNothingBehindItIsRefused(_ sent: String, _ message: String) throws {
        let stored = try JSONParser.parse(#"{"l":[{"id":"a","k":"1"}]}"#)
        let value = try JSONParser.parse(sent)
        let error = #expect(throws: ConfigIssue.self) { _ = try SentinelRestoration.restore(value, from: stored) }
        #expect(error?.message == message)
    }

    private static let nothingStored = "__OPENCLAW_REDACTED__ stands here, and no secret is stored to put back."
}
