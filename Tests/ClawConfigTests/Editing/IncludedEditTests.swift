import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct IncludedEditTests {
    private func home() throws -> ConfigHome {
        let home = try ConfigHome(
            """
            {
              gateway: { $include: "./gateway.json5" }, // its own file
              $include: ["./first.json5", "./second.json5"],
              session: { scope: "global" },
            }

            """)
        try home.write("// gateway\n{ port: 1 }\n", to: "gateway.json5")
        try home.write(
            "{ session: { dmScope: 'per-peer' }, tools: { deny: ['a'] }, logging: { level: 'warn' } }\n",
            to: "first.json5")
        try home.write(
            "{ tools: { deny: ['b'] }, logging: { level: 'debug' }, agents: { defaults: {} } }\n", to: "second.json5")
        return home
    }

    @Test func `The file that owns the key is written`() throws {
        let home = try home()
        let cases: [(ConfigEditor.Change, file: String, text: String)] = [
            (.set("gateway.port", 2), "gateway.json5", "// gateway\n{ port: 2 }\n"),
            (.set("gateway.bind", "lan"), "gateway.json5", "// gateway\n{ port: 2, bind: \"lan\" }\n"),
            (
                .set("session.dmScope", "main"), "first.json5",
                "{ session: { dmScope: \"main\" }, tools: { deny: ['a'] }, logging: { level: 'warn' } }\n"
            ),
            (
                .set("logging.level", "trace"), "second.json5",
                "{ tools: { deny: ['b'] }, logging: { level: \"trace\" }, agents: { defaults: {} } }\n"
            ),
            (
                .set("tools.deny[1]", "c"), "second.json5",
                "{ tools: { deny: [\"c\"] }, logging: { level: \"trace\" }, agents: { defaults: {} } }\n"
            ),
            (
                .set("tools.deny[2]", "d"), "second.json5",
                "{ tools: { deny: [\"c\", \"d\"] }, logging: { level: \"trace\" }, agents: { defaults: {} } }\n"
            ),
            (
                .set("agents.defaults.timeoutSeconds", 60), "second.json5",
                "{ tools: { deny: [\"c\", \"d\"] }, logging: { level: \"trace\" }, "
                    + "agents: { defaults: { timeoutSeconds: 60 } } }\n"
            ),
            (
                .unset("session.dmScope"), "first.json5", "{ tools: { deny: ['a'] }, logging: { level: 'warn' } }\n"
            ),
        ]
        let root = home.text()
        for (change, file, text) in cases {
            let outcome = try home.editor.apply([change])
            #expect(outcome.files == ["\(home.state)/\(file)"])
            #expect(home.text(file).map(spaces) == spaces(text))
            #expect(mode(of: "\(home.state)/\(file)") == 0o600)
        }
        #expect(home.text() == root)
        #expect(home.text("gateway.json5.bak") == "// gateway\n{ port: 2 }\n")
        #expect(home.text("gateway.json5.bak.1") == "// gateway\n{ port: 1 }\n")
        #expect(home.text("openclaw.json.bak") == nil)
    }

    /// An object that was empty is laid out over lines; the test is about the file.
    private func spaces(_ text: String) -> String {
        text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }

    @Test func `A new key goes beside those of the file that includes`() throws {
        let home = try home()
        _ = try home.editor.set("messages.responsePrefix", "x")
        #expect(
            home.text()?.contains(
                "  session: { scope: \"global\" },\n  messages: {\n    responsePrefix: \"x\"\n  },\n}") == true)
    }

    @Test func `What several files make up is refused by their names`() throws {
        let home = try home()
        for change: ConfigEditor.Change in [
            .set("tools.deny", ["z"]), .unset("logging.level"), .unset("tools"), .set("tools", ["allow": ["x"]]),
        ] {
            let error = #expect(throws: ClawError.self) { try home.editor.apply([change]) }
            #expect(error?.code == .configInvalid)
            #expect(
                error.map { home.neutral($0.message) }?.hasSuffix(
                    "It cannot be changed in one file, since other included content is merged with it "
                        + "(HOME/.openclaw/first.json5, HOME/.openclaw/second.json5).") == true)
        }
        #expect(throws: ClawError.self) { try home.editor.set("$include", "x") }
        #expect(throws: ClawError.self) { try home.editor.unset("gateway.$include") }
        #expect(home.text("first.json5.bak") == nil && home.text("second.json5.bak") == nil)
    }

    @Test func `A file that is included twice is not changed by half`() throws {
        let home = try ConfigHome(
            "{ agents: { list: [{ $include: './a.json5', id: 'x' }, { $include: './a.json5', id: 'y' }] } }")
        try home.write("{ name: 'A' }", to: "a.json5")
        #expect(throws: ClawError.self) { try home.editor.set("agents.list[0].name", "B") }
        #expect(home.text("a.json5") == "{ name: 'A' }")
        _ = try home.editor.set("agents.list[0].workspace", "/w")
        #expect(home.text()?.contains("id: 'x', workspace: \"/w\"") == true)
    }
}
