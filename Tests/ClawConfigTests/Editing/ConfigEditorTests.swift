import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct ConfigEditorTests {
    private static let sample = """
        // The house.
        {
          /* who may come in */
          gateway: {
            port: 18789, // usual
            auth: { mode: "token", token: '${TOKEN}' },
          },

          // people
          "agents": {
            list: [
              { id: "main", name: 'Main' }, // first
              {
                id: 'work',
              },
            ]
          }
        }

        """

    private func edited(_ changes: [ConfigEditor.Change], of text: String = sample) throws -> String {
        let home = try ConfigHome(text, environment: ["TOKEN": "abc"])
        _ = try home.editor.apply(changes)
        return home.text() ?? ""
    }

    @Test func `Edits leave the rest of the file as it is`() throws {
        let cases: [(String, [ConfigEditor.Change])] = [
            ("replace a number", [.set("gateway.port", 4000)]),
            ("replace a string", [.set("gateway.auth.token", "new")]),
            ("add a key to a block", [.set("gateway.bind", "lan")]),
            ("add a key to one line", [.set("gateway.auth.rateLimit", ["maxAttempts": 3])]),
            ("add a key to the root", [.set("logging.level", "debug")]),
            ("add with missing parents", [.set("agents.defaults.model.primary", "openai/gpt-5.2")]),
            ("add an unusual key", [.set("agents.defaults.models[\"openai/gpt-5.2\"].alias", "gpt")]),
            ("add an element", [.set("agents.list[2]", ["id": "third", "name": "Third"])]),
            ("change an element", [.set("agents.list[0].name", "One"), .set("agents.list[1].name", "Two")]),
            ("remove a line", [.unset("gateway.port")]),
            ("remove the last of one line", [.unset("gateway.auth.token")]),
            ("remove the first of one line", [.unset("gateway.auth.mode")]),
            ("remove an element", [.unset("agents.list[0]")]),
            ("remove a section", [.unset("agents")]),
            ("remove what leaves nothing", [.unset("agents.list[1]"), .unset("agents.list[0].name")]),
        ]
        var record = ""
        for (title, changes) in cases { record += "=== \(title)\n\(try edited(changes))" }
        expectGolden(record, "edits.txt", file: goldenBase)
    }

    @Test func `A missing file is created`() throws {
        let home = try ConfigHome()
        let outcome = try home.editor.apply([.set("gateway.mode", "local"), .set("gateway.port", 4000)])
        #expect(outcome.files == [home.path])
        #expect(home.text() == "{\n  \"gateway\": {\n    \"mode\": \"local\",\n    \"port\": 4000\n  }\n}\n")
        #expect(mode(of: home.path) == 0o600)
        #expect(mode(of: home.state) == 0o700)
        #expect(home.text("openclaw.json.bak") == nil)
    }

    @Test func `A wrong value is refused and nothing is written`() throws {
        let home = try ConfigHome("{ gateway: { port: 4000 } }\n")
        let error = #expect(throws: ClawError.self) { try home.editor.set("gateway.auth.mode", "open") }
        #expect(error?.code == .configInvalid)
        #expect(
            error?.message
                == "gateway.auth.mode: It must be one of \"none\", \"token\", \"password\", "
                + "\"trusted-proxy\", found \"open\".")
        #expect(error?.hint == "Correct it, or remove it with: openclaw config unset 'gateway.auth.mode'")
        #expect(home.text() == "{ gateway: { port: 4000 } }\n")
        #expect(home.text("openclaw.json.bak") == nil)
    }
}
