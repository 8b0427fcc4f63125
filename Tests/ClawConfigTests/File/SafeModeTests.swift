import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct SafeModeTests {
    private static let good = "{ gateway: { port: 4000, $include: './more.json5' } }"

    /// An installation that ran once with a file that includes another.
    private func home() throws -> ConfigHome {
        let home = try ConfigHome(Self.good)
        try home.write("{ bind: 'lan', auth: { token: '${HOME}' } }", to: "more.json5")
        #expect(try home.load().safeMode == nil)
        return home
    }

    @Test(arguments: [
        ("openclaw.json", "", ":1:1: The text is not JSON5: unexpected end of text. Correct this line."),
        ("openclaw.json", "{ a: 1, a: 2 }", ":1:9: The text is not JSON5: duplicate key \"a\". Correct this line."),
        (
            "openclaw.json", "{\n gateway: { port: 70000 } }",
            ":2:13: gateway.port: It must be a whole number from 1 to 65535, found 70000. For example: openclaw config set "
                + "'gateway.port' '18789'"
        ),
        ("more.json5", "{ bind: }", ":1:9: The text is not JSON5: unexpected character. Correct this line."),
        (
            "more.json5", "{ bind: '${NOWHERE}' }",
            ":1:3: gateway.bind: The environment variable NOWHERE that it names is not set. Set NOWHERE, for example in "
                + "HOME/.openclaw/.env, or write $${NOWHERE} for the text itself."
        ),
    ])
    func `An unusable file gives the last good copy`(name: String, text: String, reason: String) throws {
        let home = try home()
        try home.write(text, to: name)
        let snapshot = try home.load()
        let safeMode = try #require(snapshot.safeMode)
        #expect(home.neutral(safeMode.reason) == "HOME/.openclaw/\(name)\(reason)")
        #expect(safeMode.issues == snapshot.issues && !snapshot.isValid)
        #expect(home.neutral(safeMode.lastGoodPath) == "HOME/.openclaw/openclaw.json.last-good")
        #expect(snapshot.configuration.gateway.port == 4000)
        #expect(snapshot.configuration.gateway.bind == .lan)
        #expect(snapshot.configuration.gateway.auth.token?.reveal() == home.directory.path)
        #expect(snapshot.path == home.path)
        #expect(home.text(name) == text)
        #expect(snapshot.redactedJSON["safeMode"]?["reason"]?.stringValue == safeMode.reason)
        try home.write(Self.good)
        try home.write("{}", to: "more.json5")
        #expect(try home.load().safeMode == nil)
    }

    @Test func `The copy holds no value of a variable`() throws {
        let home = try home()
        #expect(home.text("openclaw.json.last-good")?.contains("\"${HOME}\"") == true)
        #expect(mode(of: "\(home.state)/openclaw.json.last-good") == 0o600)
    }

    @Test func `Without a good copy the start is refused with line and column`() throws {
        let home = try ConfigHome("{\n  gateway: {\n    port: 1;\n  }\n}\n")
        for copy in [nil, "{ not json", "{ gateway: { port: 'x' } }"] {
            if let copy { try home.write(copy, to: "openclaw.json.last-good") }
            let error = #expect(throws: ClawError.self) { try home.load() }
            #expect(error?.code == .configInvalid)
            #expect(
                error.map { home.neutral($0.message) }
                    == "HOME/.openclaw/openclaw.json:3:12: The text is not JSON5: expected ',' or '}'.")
            #expect(error?.hint == "Correct this line. Then check it with: openclaw config validate")
            #expect(error?.details["issues"]?.arrayValue?.first?["line"] == 3)
        }
    }

    @Test func `Several faults are counted and all of them told`() throws {
        let home = try ConfigHome("{ gateway: { port: 0, bind: 1, auth: 2 } }")
        let error = #expect(throws: ClawError.self) { try home.load() }
        #expect(error?.message.hasSuffix("(2 more)") == true)
        #expect(error?.details["issues"]?.arrayValue?.count == 3)
    }

    @Test func `A configuration that cannot be opened is named`() throws {
        let home = try ConfigHome()
        try home.write("", to: "openclaw.json/inside")
        let issues = home.inspect().issues
        #expect(
            issues.map { home.neutral($0.message) } == ["Cannot read HOME/.openclaw/openclaw.json: Is a directory."])
        #expect(issues.first?.fix == "Make it a file that this user can read, of at most 16 MiB.")
    }
}
