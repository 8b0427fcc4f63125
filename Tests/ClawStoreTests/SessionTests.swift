import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

@Suite struct SessionTests {
    private func index(_ store: StoreFixture) throws -> JSONValue {
        let text = try #require(store.folder.read("agents/ada/sessions/sessions.json"))
        return try JSONParser.parse(text)
    }

    @Test func aSessionIsCreatedOnce() async throws {
        let store = try StoreFixture()
        #expect(try await store.sessions.record(SessionKey(canonical: "agent:ada:main")) == nil)
        let first = try await store.session()
        #expect(try await store.session() == first)
        #expect(
            first.entry == ["sessionId": .string(first.sessionID), "updatedAt": .int64(store.time.nowMilliseconds)])
    }

    @Test func listsAreNewestFirst() async throws {
        let store = try StoreFixture()
        for name in ["a", "b", "c"] {
            _ = try await store.session(name)
            store.time.advance(by: .seconds(1))
        }
        let bob = try #require(AgentID(normalizing: "bob"))
        _ = try await store.sessions.open(SessionKey(agent: bob, rest: "main"), agent: bob)
        store.time.advance(by: .seconds(1))
        _ = try await store.sessions.patch(SessionKey(canonical: "agent:ada:a")) { $0["label"] = "x" }
        let all = try await store.sessions.list(agent: nil).map(\.key.rawValue)
        #expect(all == ["agent:ada:a", "agent:bob:main", "agent:ada:c", "agent:ada:b"])
        #expect(try await store.sessions.list(agent: bob).map(\.key.rawValue) == ["agent:bob:main"])
    }

    @Test func updatedAtNeverGoesBack() async throws {
        let store = try StoreFixture()
        let start = store.time.nowMilliseconds
        let session = try await store.session()
        store.time.advance(by: .seconds(1))
        let kept = try await store.sessions.patch(session.key, preservingActivity: true) { $0["label"] = "x" }
        #expect(kept.updatedAt == start)
        let touched = try await store.sessions.patch(session.key) { $0["updatedAt"] = 5 }
        #expect(touched.updatedAt == start + 1000)
        let ahead = try await store.sessions.patch(session.key) { $0["updatedAt"] = .int64(start + 9000) }
        #expect(ahead.updatedAt == start + 9000 && ahead.entry["updatedAt"] == .int64(start + 9000))
        let unknown = SessionKey(canonical: "agent:ada:none")
        let refused = await error { try await store.sessions.patch(unknown) { _ in } }
        #expect(refused as? JournalError == .unknownSession(unknown))
    }

    @Test func aTurnPatchesTheEntry() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        _ = try await store.sessions.patch(session.key) {
            $0["modelProvider"] = "old"
            $0["label"] = "gone"
            $0["custom"] = ["kept": true]
        }
        try await store.journal.commit(
            TurnCommit(
                session: session.key, sessionID: session.sessionID,
                sessionPatch: ["label": nil, "model": "m", "totalTokens": 12]))
        let entry = try #require(await store.sessions.record(session.key)).entry
        #expect(entry["label"] == nil && entry["modelProvider"] == nil)
        #expect(entry["model"] == "m" && entry["totalTokens"] == 12 && entry["custom"] == ["kept": true])
    }

    @Test func aResetArchivesAndKeepsWhatAPersonSet() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        let fill: @Sendable (inout JSONObject) -> Void = { entry in
            for key in ["thinkingLevel", "label", "sendPolicy", "elevatedLevel", "queueMode"] { entry[key] = "set" }
            entry["totalTokens"] = 5
        }
        _ = try await store.sessions.patch(session.key, fill)
        let fresh = try await store.sessions.reset(session.key, reason: .new)
        #expect(fresh.sessionID != session.sessionID)
        #expect(
            fresh.entry == [
                "sessionId": .string(fresh.sessionID), "updatedAt": .int64(store.time.nowMilliseconds),
                "thinkingLevel": "set", "label": "set", "elevatedLevel": "set", "compactionCount": 0,
            ])
        let folder = store.directory.sessionsDirectory(session.agent)
        #expect(
            try names(in: folder, holding: ".jsonl") == ["\(session.sessionID).jsonl.reset.2026-03-01T08-00-00.000Z"])
        #expect(try await store.texts(fresh).isEmpty)
        let late = await error { try await store.sessions.append([store.say("late")], to: session) }
        #expect(late as? JournalError == .sessionReplaced(session.key, current: fresh.sessionID))
        _ = try await store.sessions.patch(session.key, fill)
        let expired = try await store.sessions.reset(session.key, reason: .daily)
        #expect(expired.entry["label"] == nil && expired.entry["elevatedLevel"] == "set")
        #expect(try names(in: folder, holding: ".reset.").count == 1)
    }

    @Test func aDeletedSessionTakesItsContentAlong() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        let work = try await store.journal.admit(NewWork(kind: .inbound, payload: "q", session: session.key)).item.id
        try await store.journal.finish(work, .delivered)
        let (deleted, archived) = try await store.sessions.delete(session.key, archiveTranscript: true)
        let path = try store.sessions.transcriptPath(session)
        #expect(deleted && archived == ["\(path).deleted.2026-03-01T08-00-00.000Z"])
        #expect(FileManager.default.fileExists(atPath: archived[0]) && !FileManager.default.fileExists(atPath: path))
        #expect(try await store.sessions.record(session.key) == nil)
        #expect(try await store.journal.item(work)?.payload == nil)
        let again = try await store.sessions.delete(session.key, archiveTranscript: true)
        #expect(!again.deleted && again.archived.isEmpty)
    }

    @Test func aSessionThatWasUsedSinceIsNotDeleted() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let before = try await store.sessions.delete(
            session.key, archiveTranscript: true, unlessUpdatedAfter: session.updatedAt - 1)
        #expect(!before.deleted)
        #expect(try await store.sessions.record(session.key) != nil)
        let since = try await store.sessions.delete(
            session.key, archiveTranscript: true, unlessUpdatedAfter: session.updatedAt)
        #expect(since.deleted)
    }

    @Test func theIndexShowsTheRows() async throws {
        let store = try StoreFixture()
        let session = try await store.session("irc:group:#a")
        _ = try await store.sessions.patch(session.key) { $0["label"] = "Quoted \"label\"" }
        try await store.sessions.flush()
        #expect(
            try index(store) == [
                "agent:ada:irc:group:#a": [
                    "sessionId": .string(session.sessionID), "updatedAt": .int64(store.time.nowMilliseconds),
                    "label": "Quoted \"label\"",
                ]
            ])
        _ = try await store.sessions.delete(session.key, archiveTranscript: false)
        try await store.sessions.flush()
        #expect(try index(store) == [:])
    }

    @Test func aLargeIndexIsWrittenInPages() async throws {
        let store = try StoreFixture()
        for number in 0..<130 { _ = try await store.session("s\(number)") }
        try await store.sessions.flush()
        #expect(try index(store).objectValue?.count == 130)
        #expect(
            try names(in: store.directory.sessionsDirectory(#require(AgentID(normalizing: "ada"))), holding: "tmp")
                .isEmpty)
    }

    @Test func anExistingStateDirectoryGoesOn() async throws {
        let folder = try TemporaryDirectory("store")
        try folder.write(
            """
            {
              " Agent:Ada:MAIN ": { "sessionId": "old-1", "updatedAt": 100, "future": { "a": [1] } },
              "agent:ada:main": { "sessionId": "old-2", "updatedAt": 200, "sessionFile": "named.jsonl" },
              "agent:ada:odd": { "updatedAt": 5, "note": "no id" },
            "agent:ada:other": { "sessionId": "old-3", "updatedAt": 300, "zeta": 1.50 }
            }
            """, to: "agents/ada/sessions/sessions.json")
        try folder.write(
            """
            {"type":"session","version":3,"id":"old-2","timestamp":"2026-01-01T00:00:00.000Z","cwd":"/w"}
            {"type":"message","id":"aaaaaaaa","parentId":null,"message":{"role":"user","content":"before"}}

            """, to: "agents/ada/sessions/named.jsonl")
        let store = try StoreFixture(folder: folder)
        let main = try #require(await store.sessions.record(SessionKey(canonical: "agent:ada:main")))
        #expect(main.sessionID == "old-2" && main.updatedAt == 200)
        try await store.sessions.append([store.say("after")], to: main)
        #expect(try await store.texts(main) == ["before", "after"])
        #expect(store.folder.read("agents/ada/sessions/named.jsonl")?.contains(#""parentId":"aaaaaaaa""#) == true)
        let odd = try await store.session("odd")
        #expect(!odd.sessionID.isEmpty && odd.entry["note"] == "no id")
        try await store.sessions.flush()
        let written = try index(store)
        #expect(written.objectValue?.keys.sorted() == ["agent:ada:main", "agent:ada:odd", "agent:ada:other"])
        #expect(written["agent:ada:other"]?.text == #"{"sessionId":"old-3","updatedAt":300,"zeta":1.50}"#)
        #expect(written["agent:ada:main"]?["sessionFile"] == "named.jsonl")
    }

    @Test func changesByOthersAreMerged() async throws {
        let store = try StoreFixture()
        let ours = try await store.session("ours")
        let theirs = try await store.session("theirs")
        let gone = try await store.session("gone")
        let kept = try await store.session("kept")
        try await store.sessions.append([store.say("has a transcript")], to: kept)
        try await store.sessions.flush()
        var file = try #require(index(store).objectValue)
        file["agent:ada:theirs"] = ["sessionId": "t-2", "updatedAt": .int64(theirs.updatedAt + 5), "foreign": [1]]
        file["agent:ada:ours"] = ["sessionId": "o-2", "updatedAt": .int64(ours.updatedAt), "stale": true]
        file["agent:ada:added"] = ["sessionId": "n-1", "updatedAt": 7]
        file["agent:ada:gone"] = nil
        file["agent:ada:kept"] = nil
        store.time.advance(by: .seconds(1))
        _ = try await store.sessions.patch(ours.key) { $0["label"] = "newer" }
        try store.folder.write(JSONValue.object(file).prettyText, to: "agents/ada/sessions/sessions.json")
        try await store.sessions.flush()
        let merged = try #require(index(store).objectValue)
        #expect(
            merged["agent:ada:theirs"] == [
                "sessionId": "t-2", "updatedAt": .int64(theirs.updatedAt + 5), "foreign": [1],
            ])
        #expect(merged["agent:ada:ours"]?["label"] == "newer" && merged["agent:ada:ours"]?["stale"] == nil)
        #expect(merged["agent:ada:added"] == ["sessionId": "n-1", "updatedAt": 7])
        #expect(merged["agent:ada:gone"] == nil && merged["agent:ada:kept"] != nil)
        #expect(try await store.sessions.record(gone.key) == nil)
        #expect(try await store.sessions.record(kept.key) == kept)
    }

    @Test func anUnreadableIndexIsKeptAside() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.flush()
        try store.folder.write("{ not json", to: "agents/ada/sessions/sessions.json")
        try await store.sessions.flush()
        #expect(try index(store).objectValue?.keys == [session.key.rawValue])
        #expect(store.issues.kinds == [.movedAside])
        let name = "agents/ada/sessions/sessions.json.unreadable.2026-03-01T08-00-00.000Z"
        #expect(store.folder.read(name) == "{ not json")
        try FileManager.default.removeItem(atPath: store.directory.sessionIndexPath(session.agent))
        try await store.sessions.flush()
        #expect(try index(store).objectValue?.keys == [session.key.rawValue])
    }

    @Test func theServiceWritesAtMostOnceASecondAndAtTheEnd() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let service = Task { try await store.sessions.run() }
        await store.time.waitForSleepers(1)
        #expect(store.folder.read("agents/ada/sessions/sessions.json") == nil)
        store.time.advance(by: .seconds(1))
        await store.time.waitForSleepers(1)
        #expect(try index(store)[session.key.rawValue] != nil)
        _ = try await store.sessions.patch(session.key) { $0["label"] = "last" }
        #expect(try index(store)[session.key.rawValue]?["label"] == nil)
        service.cancel()
        try await service.value
        #expect(try index(store)[session.key.rawValue]?["label"] == "last")
    }
}
