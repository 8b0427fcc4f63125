import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct ConfigFileTests {
    @Test func `A missing file gives the defaults`() throws {
        let home = try ConfigHome()
        let snapshot = try home.load()
        #expect(!snapshot.exists)
        #expect(snapshot.raw == nil)
        #expect(snapshot.hash == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(snapshot.configuration.gateway.port == 18_789)
        #expect(snapshot.configuration.agents.ids == [.main])
        #expect(snapshot.issues.isEmpty && snapshot.warnings.isEmpty && snapshot.safeMode == nil)
        #expect(home.text("openclaw.json.last-good") == nil)
    }

    @Test func `Comments, variables, tilde and env block are resolved`() throws {
        let home = try ConfigHome(
            """
            // mine
            {
              env: { vars: { PORT_NAME: "inner" }, GREETING: 'hello' },
              agents: { defaults: { workspace: '~/work', userTimezone: '${ZONE}' } },
              messages: { responsePrefix: '${GREETING} $${GREETING} ${PORT_NAME} ${lower}', },
            }
            """, environment: ["ZONE": "Europe/Berlin"])
        let snapshot = try home.load()
        #expect(snapshot.issues.isEmpty)
        #expect(snapshot.configuration.agents.defaults.workspace == "\(home.directory.path)/work")
        #expect(snapshot.configuration.agents.defaults.userTimezone == "Europe/Berlin")
        #expect(snapshot.configuration.messages.responsePrefix == "hello ${GREETING} inner ${lower}")
        #expect(snapshot.environment["PORT_NAME"] == "inner")
    }

    @Test func `A valid file is copied once, with mode 0600`() throws {
        let home = try ConfigHome("{ gateway: { port: 4000 } } // note\n")
        _ = try home.load()
        #expect(home.text("openclaw.json.last-good") == "{ gateway: { port: 4000 } } // note\n")
        #expect(mode(of: "\(home.state)/openclaw.json.last-good") == 0o600)
        let first = identity(of: "\(home.state)/openclaw.json.last-good")
        _ = try home.load()
        #expect(identity(of: "\(home.state)/openclaw.json.last-good") == first)
    }

    @Test func `A file that does not parse gives the last good copy in safe mode`() throws {
        let home = try ConfigHome("{ gateway: { port: 4000 } }")
        _ = try home.load()
        try home.write("{\n  gateway: { port: 5000 \n")
        let snapshot = try home.load()
        #expect(snapshot.configuration.gateway.port == 4000)
        #expect(snapshot.value["gateway"]?["port"] == 4000)
        #expect(
            snapshot.safeMode.map { home.neutral($0.reason) }
                == "HOME/.openclaw/openclaw.json:3:1: The text is not JSON5: unexpected end of text in an object. Correct this line."
        )
        #expect(!snapshot.isValid)
        #expect(snapshot.raw == "{\n  gateway: { port: 5000 \n")
        #expect(home.text() == "{\n  gateway: { port: 5000 \n")
        #expect(home.text("openclaw.json.last-good") == "{ gateway: { port: 4000 } }")
    }
}
