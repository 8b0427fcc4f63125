import ClawConfig
import ClawSupport
import ClawTestKit
import Testing

struct LegacyKeysTests {
    @Test func anEarlierFileBecomesOneOfToday() throws {
        let home = try ConfigHome(
            """
            {
              // my file
              whatsapp: { allowFrom: ["+1"] },
              agent: { model: "claude-opus-4-6", modelFallbacks: ["openai/gpt-5.2"], modelAliases: { fast: "openai/gpt-5-mini" },
                allowedModels: ["anthropic/claude-opus-4-6"], workspace: "~/work", bash: { timeoutSec: 5 } },
              gateway: { token: "0123456789abcdef01234567", bind: "127.0.0.1" }, // the door
              bindings: [{ agentId: "main", match: { provider: "irc", accountID: "b" } }],
              messages: { queue: { byProvider: { irc: "steer" } } },
              bridge: { port: 1 },
            }

            """)
        let legacy = LegacyKeys(in: home.inspect().parsed)
        let outcome = try home.editor.apply(legacy.changes)
        #expect(outcome.snapshot.issues == [])
        expectGolden(
            legacy.steps.map(\.note).joined(separator: "\n") + "\n---\n" + (home.text() ?? ""), "legacy.txt")
        #expect(LegacyKeys(in: home.inspect().parsed).steps == [])
        #expect(home.text("openclaw.json.bak")?.contains("whatsapp: { allowFrom: [\"+1\"] }") == true)
    }

    @Test func whatIsSaidTwiceIsLeftToThePerson() throws {
        let legacy = LegacyKeys(
            in: [
                "telegram": ["a": 1], "channels": ["telegram": ["b": 2]], "agent": ["model": "x"],
                "agents": ["defaults": ["model": "y"]], "tools": ["bash": ["a": 1], "exec": ["a": 1]],
            ])
        #expect(legacy.steps.map(\.note) == ["tools.bash -> tools.exec"])
        #expect(
            legacy.conflicts == [
                "telegram stays: channels.telegram says something else",
                "agent.model stay: agents.defaults names models already",
            ])
    }

    @Test func aFileOfTodayStaysAsItIs() {
        let legacy = LegacyKeys(in: ["gateway": ["bind": "lan", "auth": ["token": "x"]], "channels": ["irc": [:]]])
        #expect(legacy.steps == [] && legacy.conflicts == [])
    }
}
