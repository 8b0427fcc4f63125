import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct TranscriptTests {
    private let assistant = ModelMessage.assistant(
        AssistantMessage(
            content: [
                .thinking("hm", signature: "sig"), .text("Let me look."),
                .toolCall(ToolCall(id: "call_1", name: "exec", arguments: ["command": "ls"], signature: "why")),
            ],
            api: "anthropic-messages", model: ModelReference(provider: "anthropic", model: "m"),
            usage: TokenUsage(input: 9, output: 2, cacheRead: 1), stopReason: .toolUse, timestamp: 1_772_352_001_000))

    @Test func entriesAreWrittenInTheFormatOthersRead() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let result = ModelMessage.toolResult(
            ToolResultMessage(
                toolCallID: "call_1", toolName: "exec",
                content: [.text("a.txt"), .image(data: "AA==", mimeType: "image/png")],
                details: ["exitCode": 0], isError: false, timestamp: 1_772_352_002_000))
        try await store.journal.commit(
            TurnCommit(
                session: session.key, sessionID: session.sessionID,
                entries: [
                    store.say("list files"), TranscriptEntry(assistant, entropy: store.entropy),
                    TranscriptEntry(result, entropy: store.entropy),
                ]))
        var compaction = TurnCommit(session: session.key, sessionID: session.sessionID)
        compaction.entries = [
            TranscriptEntry(
                ["type": "compaction", "summary": "s", "firstKeptEntryId": "x", "tokensBefore": 5],
                timestamp: 1_772_352_003_000, entropy: store.entropy)
        ]
        try await store.journal.commit(compaction)
        let text = try store.lines(session).joined(separator: "\n") + "\n"
        expectGolden(text.replacing(store.folder.path, with: "<S>"), "transcript.jsonl")
    }

    @Test func messagesSurviveTheFile() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        var failed = AssistantMessage(
            content: [], api: "a", model: ModelReference(provider: "p", model: "m"), usage: TokenUsage(),
            stopReason: .error, timestamp: 7)
        failed.errorMessage = "no"
        failed.usage.cost = 0.25
        let messages: [ModelMessage] = [
            .user(
                UserMessage(
                    content: [.text("ä\n\u{1F600}\u{7}"), .image(data: "AA==", mimeType: "image/gif")], timestamp: 5)),
            assistant,
            .toolResult(
                ToolResultMessage(
                    toolCallID: "call_1", toolName: "exec", content: [], details: nil, isError: true, timestamp: 6)),
            .assistant(failed),
        ]
        let receipt = try await store.sessions.append(
            messages.map { TranscriptEntry($0, entropy: store.entropy) }, to: session)
        let reopened = try StoreFixture(folder: copyState(of: store.folder.path))
        let window = try await reopened.sessions.window(session, limit: 10)
        #expect(window.messages == messages)
        #expect(window.items.map(\.entryID) == receipt.entries.map(\.id))
        #expect(window.leafID == receipt.leafID && window.compaction == nil && !window.isTruncated)
    }

    @Test func entriesAreChainedToTheLeafWhateverTheCallerThinks() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        var stray = store.say("two")
        stray.parentID = "ffffffff"
        let first = try await store.sessions.append([store.say("one")], to: session)
        let second = try await store.sessions.append([stray, store.say("three")], to: session)
        #expect(first.entries.map(\.parentID) == [nil])
        #expect(second.entries.map(\.parentID) == [first.leafID, second.entries[0].id])
        #expect(try await store.texts(session) == ["one", "two", "three"])
        let raw = try await store.sessions.history(session, limit: 2)
        #expect(raw.map { $0["id"]?.stringValue } == second.entries.map(\.id))
    }

    @Test func concurrentCommitsMakeOneChain() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask { try await store.sessions.append([store.say("m\(number)")], to: session) }
            }
            try await group.waitForAll()
        }
        #expect(Set(try await store.texts(session)) == Set((0..<50).map { "m\($0)" }))
        #expect(try store.lines(session).count == 51)
    }

    @Test func foreignLinesAreSkippedAndKept() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let one = try await store.sessions.append([store.say("one")], to: session)
        let path = try store.sessions.transcriptPath(session)
        let file = try String(contentsOfFile: path, encoding: .utf8)
        let foreign =
            #"{"type":"message","id":"feedf00d","parentId":"\#(one.leafID ?? "")","message":{"role":"user","content":"two"}}"#
        try (file + "{broken\n\n" + foreign + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try await store.texts(session) == ["one", "two"])
        let three = try await store.sessions.append([store.say("three")], to: session)
        #expect(three.entries[0].parentID == "feedf00d")
        #expect(try await store.texts(session) == ["one", "two", "three"])
        #expect(try store.lines(session)[2] == "{broken")
    }

    @Test func aMissingParentBehindABrokenLineIsBridged() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one"), store.say("two"), store.say("three")], to: session)
        let path = try store.sessions.transcriptPath(session)
        var lines = try store.lines(session)
        lines[2] = "\u{0}\u{0}\u{0}"
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try await store.texts(session) == ["one", "three"])
    }

    @Test func aFileWithoutHeaderIsMovedAside() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let path = try store.sessions.transcriptPath(session)
        try store.folder.write("my notes\n", to: String(path.dropFirst(store.folder.path.count + 1)))
        #expect(try await store.texts(session).isEmpty)
        try await store.sessions.append([store.say("one")], to: session)
        #expect(try await store.texts(session) == ["one"])
        #expect(store.issues.kinds == [.movedAside])
        let aside = "\(path).unreadable.2026-03-01T08-00-00.000Z"
        #expect(FileManager.default.contents(atPath: aside) == Data("my notes\n".utf8))
    }

    @Test func modesHoldUnderAnyUmask() async throws {
        let before = umask(0o022)
        defer { umask(before) }
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        try await store.sessions.flush()
        let sessions = store.directory.sessionsDirectory(session.agent)
        #expect(try mode(store.directory.stateFolder) == 0o700)
        #expect(try mode(store.directory.journalPath) == 0o600)
        #expect(try mode(store.directory.journalPath + "-wal") == 0o600)
        #expect(try mode(sessions) == 0o700)
        #expect(try mode(store.sessions.transcriptPath(session)) == 0o600)
        #expect(try mode(store.directory.sessionIndexPath(session.agent)) == 0o600)
    }

    @Test func namesThatLeaveTheFolderAreRefused() async throws {
        for name in ["", ".hidden", "../x", "a/b", "a b", "ä", String(repeating: "a", count: 129)] {
            #expect(!SessionID.isValid(name), "\(name)")
        }
        #expect(SessionID.isValid("7B1d-0.a_b") && SessionID.isValid(String(repeating: "a", count: 128)))
        let store = try StoreFixture()
        let session = try await store.session()
        let folder = store.directory.sessionsDirectory(session.agent)
        let cases = [
            ("other.jsonl", "other.jsonl"), ("\(folder)/inside.jsonl", "inside.jsonl"),
            ("../../../escape.jsonl", "\(session.sessionID).jsonl"), ("/etc/passwd", "\(session.sessionID).jsonl"),
            ("\(folder)/../up.jsonl", "\(session.sessionID).jsonl"), ("sessions.json", "\(session.sessionID).jsonl"),
        ]
        for (file, expected) in cases {
            let record = try await store.sessions.patch(session.key) { $0["sessionFile"] = .string(file) }
            #expect(try store.sessions.transcriptPath(record) == "\(folder)/\(expected)")
        }
    }
}
