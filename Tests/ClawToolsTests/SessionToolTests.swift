import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import ClawTools
import Testing

struct SessionToolTests {
    private func fixtureWithSessions() async throws -> ToolFixture {
        let fixture = try ToolFixture()
        _ = try await fixture.sessions.open(fixture.session, agent: fixture.agent)
        _ = try await fixture.sessions.patch(fixture.session) { entry in
            entry["inputTokens"] = 1200
            entry["outputTokens"] = 34
            entry["cacheRead"] = 5
            entry["totalTokens"] = 25_000
            entry["contextTokens"] = 200_000
            entry["modelProvider"] = "scripted"
            entry["model"] = "one"
        }
        let child = SessionKey(agent: fixture.agent, rest: "subagent:abc")
        _ = try await fixture.sessions.open(child, agent: fixture.agent)
        _ = try await fixture.sessions.patch(child) { $0["spawnedBy"] = "agent:main:main" }
        let grandchild = SessionKey(agent: fixture.agent, rest: "subagent:def")
        _ = try await fixture.sessions.open(grandchild, agent: fixture.agent)
        _ = try await fixture.sessions.patch(grandchild) { $0["spawnedBy"] = .string(child.rawValue) }
        let stranger = SessionKey(agent: fixture.agent, rest: "irc:direct:bob")
        _ = try await fixture.sessions.open(stranger, agent: fixture.agent)
        return fixture
    }

    @Test func statusShowsTimeModelAndUse() async throws {
        let fixture = try await fixtureWithSessions()
        let result = await fixture.call(SessionStatusTool(ports: fixture.ports), [:])
        let text = """
            Time: Sun 2026-03-01 08:00 UTC (UTC)
            Session: agent:main:main
            Model: scripted/one
            Last used: scripted/one
            Last run: 1200 tokens in, 34 out, 5 from cache
            Context: 25000 of 200000 tokens (12 %)
            Thinking: default
            """
        #expect(
            result
                == .text(
                    text,
                    details: [
                        "ok": true, "sessionKey": "agent:main:main", "changedModel": false, "statusText": .string(text),
                    ]))
    }

    @Test func statusSetsAndClearsTheModel() async throws {
        let fixture = try await fixtureWithSessions()
        let tool = SessionStatusTool(ports: fixture.ports)
        let changed = await fixture.call(tool, ["model": "fast"])
        #expect(changed.details?["changedModel"] == true)
        #expect(changed.content.first?.plainText?.contains("Model: spare/two (chosen for this session)") == true)
        #expect(try await fixture.sessions.record(fixture.session)?.entry["providerOverride"] == "spare")
        #expect(
            await fixture.call(tool, ["model": "nonsense"])
                == .failure("\"nonsense\" is not a model that this agent may use."))
        _ = await fixture.call(tool, ["model": "default"])
        #expect(try await fixture.sessions.record(fixture.session)?.entry.contains("modelOverride") == false)
    }

    /// Only the own tree can be seen (S96, S97).
    @Test func otherSessionsAreInvisible() async throws {
        let fixture = try await fixtureWithSessions()
        let tool = SessionStatusTool(ports: fixture.ports)
        for name in ["agent:main:irc:direct:bob", "irc:direct:bob", "../x", "agent:other:main"] {
            #expect(
                await fixture.call(tool, ["sessionKey": .string(name)])
                    == .failure("There is no session \(name) that this session may see."))
        }
        #expect(await fixture.call(tool, ["sessionKey": "agent:main:subagent:def"]).isError == false)
        let child = SessionKey(agent: fixture.agent, rest: "subagent:abc")
        #expect(await fixture.call(tool, ["sessionKey": "agent:main:main"], session: child).isError)
        let list = SessionsListTool(ports: fixture.ports)
        let keys = { (result: ToolResult) in
            Set((result.details?["sessions"]?.arrayValue ?? []).compactMap { $0["key"]?.stringValue })
        }
        #expect(
            keys(await fixture.call(list, [:]))
                == ["agent:main:main", "agent:main:subagent:abc", "agent:main:subagent:def"])
        #expect(
            keys(await fixture.call(list, [:], session: child)) == [
                "agent:main:subagent:abc", "agent:main:subagent:def",
            ])
    }

    @Test func listFiltersAndShowsMessages() async throws {
        let fixture = try await fixtureWithSessions()
        let record = try #require(try await fixture.sessions.record(fixture.session))
        try await fixture.sessions.append(
            [
                TranscriptEntry(
                    .user(UserMessage(content: [.text("hello")], timestamp: fixture.time.nowMilliseconds)),
                    entropy: SystemEntropy())
            ], to: record)
        let list = SessionsListTool(ports: fixture.ports)
        let result = await fixture.call(list, ["kinds": ["main"], "messageLimit": 3])
        #expect(result.details?["count"] == 1)
        let row = try #require(result.details?["sessions"]?.arrayValue?.first)
        #expect(row["key"] == "agent:main:main")
        #expect(row["kind"] == "main")
        #expect(row["messages"] == [["role": "user", "text": "hello"]])
        #expect(result.content == [.text(try #require(result.details).prettyText)])
        fixture.time.advance(by: .seconds(3600))
        #expect(await fixture.call(list, ["activeMinutes": 5]).details?["count"] == 0)
        #expect(await fixture.call(list, ["limit": 1]).details?["count"] == 1)
    }
}
