import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// `sessions.preview` and `sessions.compact` (gateway-methods §5).
struct SessionMethodTests {
    private static let name = "agents/main/sessions/s-1.jsonl"

    private func bench() throws -> MethodBench {
        try MethodBench { directory in
            try directory.write(
                """
                {"type":"session","version":3,"id":"s-1","timestamp":"2026-02-28T23:00:00.000Z","cwd":"/"}
                {"type":"message","id":"a1","parentId":null,"message":{"role":"user","content":"A long question about roses and tulips","timestamp":1}}
                {"type":"message","id":"a2","parentId":"a1","message":{"role":"assistant","content":[{"type":"toolCall","id":"1","name":"read","arguments":{}},{"type":"toolCall","id":"2","name":"write","arguments":{}},{"type":"toolCall","id":"3","name":"edit","arguments":{}}],"timestamp":2}}
                {"type":"message","id":"a3","parentId":"a2","message":{"role":"toolResult","toolCallId":"1","toolName":"read","content":[{"type":"image","data":"AAAA","mimeType":"image/png"}],"timestamp":3}}
                {"type":"message","id":"a4","parentId":"a3","message":{"role":"assistant","content":[{"type":"text","text":"Done."}],"timestamp":4}}

                """, to: Self.name)
            try directory.write(
                #"{"agent:main:main":{"sessionId":"s-1","updatedAt":5,"totalTokens":9,"totalTokensFresh":true,"inputTokens":4},"agent:main:empty":{"updatedAt":1}}"#,
                to: "agents/main/sessions/sessions.json")
        }
    }

    @Test func previews() async throws {
        let bench = try bench()
        let method = SessionsPreview(sessions: bench.sessions, keys: MethodBench.keys, time: bench.time)
        expectGolden(
            await bench.transcript(
                method,
                [
                    ["keys": ["main", "nope", "empty", "agent:x"]], ["keys": ["main"], "limit": 1, "maxChars": 20],
                    ["keys": ["main"], "limit": 4, "maxChars": 20], ["keys": []], [:], ["keys": [""]], ["keys": "main"],
                    ["keys": ["main"], "maxChars": 5, "limit": 0, "unknown": 1],
                ]), "sessions-preview.txt")
    }

    @Test func compactsAndKeepsTheWholeTranscriptAside() async throws {
        let bench = try bench()
        let whole = try #require(bench.directory.read(Self.name))
        let method = SessionsCompact(sessions: bench.sessions, keys: MethodBench.keys)
        expectGolden(
            await bench.transcript(
                method,
                [
                    ["key": "main", "maxLines": 4], ["key": "main", "maxLines": 2], ["key": "nope"],
                    ["key": "empty"], ["key": "agent:x"], [:], ["key": "main", "maxLines": 0, "unknown": 1],
                ]), "sessions-compact.txt")
        let lines = whole.split(separator: "\n")
        #expect(bench.directory.read(Self.name) == [lines[0], lines[3], lines[4]].joined(separator: "\n") + "\n")
        #expect(bench.directory.read("\(Self.name).bak.2026-03-01T08-00-00.000Z") == whole)
        let record = try #require(try await bench.sessions.record(SessionKey(agent: .main, rest: "main")))
        #expect(record.entry["totalTokens"] == nil && record.entry["totalTokensFresh"] == nil)
        #expect(try await bench.sessions.window(record, limit: 10).items.map(\.entryID) == ["a3", "a4"])
    }

    /// The session goes on after its transcript was shortened.
    @Test func aShortenedTranscriptIsWrittenOn() async throws {
        let bench = try bench()
        let record = try #require(try await bench.sessions.record(SessionKey(agent: .main, rest: "main")))
        let entry = TranscriptEntry(
            .user(UserMessage(content: [.text("More")], timestamp: 6)), entropy: SequentialEntropy())
        _ = try await bench.sessions.append([entry], to: record)
        _ = try await bench.sessions.shorten(record.key, toLines: 1)
        let next = TranscriptEntry(id: "a9", timestamp: 7, body: .other(["type": "custom"]))
        _ = try await bench.sessions.append([next], to: record)
        let lines = try #require(bench.directory.read(Self.name)).split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(try JSONParser.parse(lines[2])["parentId"] == .string(entry.id))
    }
}
