import ClawConfig
import ClawCore
import ClawSupport
import Testing

/// A client sends a whole configuration, or a patch, and the files keep what it did not mean to change.
@Suite struct WholeEditTests {
    private static let sample = """
        // The house.
        {
          gateway: {
            port: 18790, // ours
            auth: { mode: "token", token: '${TOKEN}' },
          },
          agents: { $include: "./agents.json5" },
          unknown: { kept: true }, /* not ours */
        }

        """
    private static let agents = """
        // The people.
        { list: [ { id: "main", name: "Main" }, { id: "work" } ] }

        """

    private func home() throws -> ConfigHome {
        let home = try ConfigHome(Self.sample, environment: ["TOKEN": "a-very-long-secret"])
        try home.write(Self.agents, to: "agents.json5")
        return home
    }

    @Test func whatAClientReadCanBeSentBack() throws {
        let home = try home()
        let shown = home.inspect().redactedJSON
        for form in ["config", "resolved", "parsed"] {
            let outcome = try home.editor.replace(with: try #require(shown[form]).text, baseHash: home.inspect().hash)
            #expect(outcome.files == [], "\(form)")
        }
        let raw = try #require(shown["raw"]?.stringValue)
        #expect(raw.contains("${TOKEN}"))
        #expect(try home.editor.replace(with: raw, baseHash: nil).files == [])
        #expect(home.text() == Self.sample)
        #expect(home.text("agents.json5") == Self.agents)
    }

    @Test func aChangeGoesIntoTheFileThatOwnsTheKey() throws {
        let home = try home()
        var config = try #require(home.inspect().redactedJSON["config"]?.objectValue)
        var gateway = try #require(config["gateway"]?.objectValue)
        gateway["bind"] = "lan"
        gateway["controlUi"] = ["enabled": true, "allowedOrigins": ["https://claw.example"]]
        config["gateway"] = .object(gateway)
        var agents = try #require(config["agents"]?.objectValue)
        agents["list"] = [["id": "main", "name": "Molly"], ["id": "work"]]
        config["agents"] = .object(agents)
        let outcome = try home.editor.replace(with: JSONValue.object(config).text, baseHash: nil)
        #expect(outcome.files.map(home.neutral) == ["HOME/.openclaw/agents.json5", "HOME/.openclaw/openclaw.json"])
        #expect(
            home.text("agents.json5") == """
                // The people.
                { list: [ { id: "main", name: "Molly" }, { id: "work" } ] }

                """)
        let text = try #require(home.text())
        #expect(text.contains("port: 18790, // ours"))
        #expect(text.contains("token: '${TOKEN}'"))
        #expect(text.contains("kept: true }, /* not ours */"))
        #expect(text.contains(#"bind: "lan""#) && text.contains("https://claw.example"))
        // The defaults that the client sent along are not in it.
        #expect(!text.contains("rateLimit") && !text.contains("trustedProxies"))
    }

    @Test func aTextWithCommentsBecomesTheFile() throws {
        let home = try home()
        let text = """
            // Mine now.
            {
              gateway: { port: 18791, auth: { mode: "token", token: "__OPENCLAW_REDACTED__" } }, // moved
              agents: { $include: "./agents.json5" },
            }

            """
        _ = try home.editor.replace(with: text, baseHash: nil)
        #expect(home.text() == text.replacing("\"__OPENCLAW_REDACTED__\"", with: "'${TOKEN}'"))
        #expect(home.text("agents.json5") == Self.agents)
        #expect(home.text("openclaw.json.bak") == Self.sample)
    }

    @Test func aPatchChangesOnlyItsPaths() throws {
        let home = try home()
        _ = try home.editor.merge(
            #"""
            { gateway: { port: null, bind: 'loopback', auth: { token: "__OPENCLAW_REDACTED__" } },
              agents: { list: [ { id: 'work', name: 'Work' }, { id: 'new' } ] } }
            """#, baseHash: home.inspect().hash)
        let text = try #require(home.text())
        #expect(!text.contains("18790") && text.contains("token: '${TOKEN}'") && text.contains("/* not ours */"))
        let agents = try #require(home.text("agents.json5"))
        #expect(agents.hasPrefix("// The people.\n"))
        #expect(
            home.inspect().parsed["agents"]?["list"]?.text
                == #"[{"id":"main","name":"Main"},{"id":"work","name":"Work"},{"id":"new"}]"#)
    }

    @Test func aSectionThatWasIncludedGoesWithItsDirective() throws {
        let home = try home()
        _ = try home.editor.merge("{ agents: null }", baseHash: nil)
        #expect(home.text()?.contains("$include") == false)
        #expect(home.text()?.contains("/* not ours */") == true)
        #expect(home.text("agents.json5") == Self.agents)
    }

    @Test func nothingIsWrittenThatWouldNotWork() throws {
        let home = try home()
        let cases: [(String, String)] = [
            (#"{"gateway":{"port":"five"}}"#, "gateway.port: "),
            ("{ gateway: ", "the configuration that was sent:1:"), ("[1]", "The configuration must be an object."),
            (#"{"x":{"token":"__OPENCLAW_REDACTED__"}}"#, "x.token: __OPENCLAW_REDACTED__ stands here"),
            ("{ /* c */ x: \"__OPENCLAW_REDACTED__\" }", "x: __OPENCLAW_REDACTED__ stands here"),
            ("{ $include: \"/etc/passwd\" }", "$include: "),
        ]
        for (raw, expected) in cases {
            let error = #expect(throws: ClawError.self) { _ = try home.editor.replace(with: raw, baseHash: nil) }
            #expect(error?.code == .configInvalid)
            #expect(error?.message.contains(expected) == true, "\(raw): \(error?.message ?? "")")
        }
        let late = #expect(throws: ClawError.self) { _ = try home.editor.merge("{}", baseHash: "00") }
        #expect(late?.code == .conflict)
        #expect(home.text() == Self.sample)
    }
}
