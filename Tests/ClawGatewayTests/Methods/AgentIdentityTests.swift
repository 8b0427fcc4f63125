import ClawConfig
import ClawGateway
import ClawSupport
import ClawTestKit
import Testing

/// `agent.identity.get` (gateway-methods §3): the configuration first, then what the agent wrote of itself.
struct AgentIdentityTests {
    private func answer(_ configuration: String, identity: String?, _ params: JSONValue = [:]) async throws -> JSONValue
    {
        let bench = try MethodBench { directory in
            try directory.write(configuration, to: "openclaw.json")
            if let identity { try directory.write(identity, to: ".openclaw/workspace/IDENTITY.md") }
        }
        let file = try ConfigFile.locate(
            environment: [
                "HOME": bench.directory.path, "OPENCLAW_STATE_DIR": bench.directory.path,
                "OPENCLAW_CONFIG_PATH": "\(bench.directory.path)/openclaw.json",
            ], workingDirectory: bench.directory.path)
        let method = AgentIdentityGet(configuration: Live(file.inspect().configuration), location: file.location)
        return await bench.answer(method, params)
    }

    private static let rose = """
        # IDENTITY.md

        - **Name:** Rose
        - **Creature:** (a flower?)
        - **Emoji:** 🌹
        - **Avatar:** avatars/rose.png
        """

    @Test func theFileSpeaksWhereTheConfigurationIsSilent() async throws {
        #expect(
            try await answer("{}", identity: Self.rose)
                == ["agentId": "main", "name": "Rose", "avatar": "🌹", "emoji": "🌹"])
        let configured = "{ agents: { list: [{ id: 'main', name: 'Listed', identity: { name: 'Ann' } }] } }"
        #expect(
            try await answer(configured, identity: Self.rose)
                == ["agentId": "main", "name": "Ann", "avatar": "🌹", "emoji": "🌹"])
        let listed = "{ agents: { list: [{ id: 'main', name: 'Listed' }] } }"
        #expect(try await answer(listed, identity: Self.rose)["name"] == "Rose")
        #expect(try await answer(listed, identity: "- Name:\n")["name"] == "Listed")
    }

    @Test func aTemplateSaysNothing() async throws {
        let none: JSONValue = ["agentId": "main", "name": "Assistant", "avatar": "A"]
        let templates: [String?] = [
            nil, "", "- **Name:**\n  _(pick something)_\n- **Emoji:** _(your signature)_", "# Name\nEmoji",
        ]
        for text in templates { #expect(try await answer("{}", identity: text) == none, "\(text ?? "no file")") }
    }

    @Test func whatTheFileHoldsIsBounded() async throws {
        let long = String(repeating: "x", count: 5000)
        let text = "- Name: \(long)\n- Emoji: \(long)\n- Avatar: https://example.org/\(long)"
        let answer = try await answer("{}", identity: text)
        #expect(answer["name"] == .string(String(repeating: "x", count: 50)))
        #expect(answer["emoji"] == .string(String(repeating: "x", count: 16)))
        #expect(answer["avatar"]?.stringValue?.count == 200)
    }

    @Test func aWrongAgentIsRefused() async throws {
        let answer = try await answer("{}", identity: nil, ["agentId": "a", "sessionKey": "agent:main:x"])
        #expect(
            answer["error"]?["message"]
                == "invalid agent.identity.get params: agent \"a\" does not match session key agent \"main\"")
    }
}
