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

@Suite struct WindowTests {
    /// A session whose transcript is exactly these lines.
    private func session(_ store: StoreFixture, _ lines: [String]) async throws -> SessionRecord {
        let session = try await store.session()
        let path = try store.sessions.transcriptPath(session)
        try store.folder.write(
            lines.joined(separator: "\n") + "\n", to: String(path.dropFirst(store.folder.path.count + 1)))
        return session
    }

    private let header = #"{"type":"session","version":3,"id":"x","timestamp":"2026-03-01T08:00:00.000Z","cwd":"/w"}"#

    private func line(_ id: String, _ parent: String?, _ rest: String) -> String {
        let parent = parent.map { "\"\($0)\"" } ?? "null"
        return #"{"id":"\#(id)","parentId":\#(parent),"timestamp":"2026-03-01T08:00:01.000Z",\#(rest)}"#
    }

    private func user(_ id: String, _ parent: String?, _ text: String) -> String {
        line(id, parent, #""type":"message","message":{"role":"user","content":"\#(text)","timestamp":1}"#)
    }

    @Test func theLastCompactionReplacesWhatCameBeforeItsKeptPart() async throws {
        let store = try StoreFixture()
        let session = try await session(
            store,
            [
                header, user("a", nil, "lost"), user("b", "a", "kept"), user("c", "b", "kept too"),
                line("d", "c", #""type":"compaction","summary":"old times","firstKeptEntryId":"b","tokensBefore":9"#),
                user("e", "d", "after"),
            ])
        let window = try await store.sessions.window(session, limit: 50)
        #expect(
            window.messages.map(\.plainText) == [
                "Summary of the conversation so far:\n\nold times", "kept", "kept too", "after",
            ])
        #expect(
            window.compaction
                == TranscriptWindow.Compaction(
                    entryID: "d", summary: "old times", firstKeptEntryID: "b", tokensBefore: 9))
        #expect(window.leafID == "e" && !window.isTruncated)
        let all = try await store.sessions.history(session, limit: 50)
        #expect(all.compactMap { $0["id"]?.stringValue } == ["a", "b", "c", "d", "e"])
    }

    @Test func aCompactionThatKeepsNothingKeepsNothing() async throws {
        let store = try StoreFixture()
        let session = try await session(
            store,
            [
                header, user("a", nil, "lost"),
                line("d", "a", #""type":"compaction","summary":"s","firstKeptEntryId":"gone","tokensBefore":9"#),
                user("e", "d", "after"),
            ])
        #expect(try await store.texts(session) == ["Summary of the conversation so far:\n\ns", "after"])
    }

    @Test func otherBranchesAreNotRead() async throws {
        let store = try StoreFixture()
        let session = try await session(
            store,
            [
                header, user("a", nil, "root"), user("b", "a", "left"), user("c", "a", "right"),
                line("d", "c", #""type":"branch_summary","fromId":"b","summary":"went left""#),
                line("e", "d", #""type":"custom_message","customType":"note","content":"noted","display":true"#),
                line("f", "e", #""type":"custom","customType":"x","data":{}"#),
                line("g", "f", #""type":"thinking_level_change","thinkingLevel":"high""#),
                line("h", "g", #""type":"model_change","provider":"anthropic","modelId":"m""#),
            ])
        let window = try await store.sessions.window(session, limit: 50)
        #expect(
            window.messages.map(\.plainText) == [
                "root", "right", "Summary of a branch of this conversation:\n\nwent left", "noted",
            ])
        #expect(window.thinkingLevel == "high" && window.model == ModelReference(provider: "anthropic", model: "m"))
        #expect(window.leafID == "h")
    }

    @Test func versionOneIsReadAsAChain() async throws {
        let store = try StoreFixture()
        let session = try await session(
            store,
            [
                #"{"type":"session","id":"x"}"#,
                #"{"type":"message","message":{"role":"user","content":"zero"}}"#,
                #"{"type":"message","message":{"role":"user","content":"one"}}"#,
                #"{"type":"compaction","summary":"s","firstKeptEntryIndex":2}"#,
                #"{"type":"message","message":{"role":"user","content":"two"}}"#,
            ])
        let expected = ["Summary of the conversation so far:\n\ns", "one", "two"]
        #expect(try await store.texts(session) == expected)
        try await store.sessions.append([store.say("three")], to: session)
        #expect(try await store.texts(session) == expected + ["three"])
    }

    @Test func olderShapesAreRead() async throws {
        let store = try StoreFixture()
        let session = try await session(
            store,
            [
                #"{"type":"session","version":2,"id":"x"}"#,
                line("a", nil, #""type":"message","message":{"role":"hookMessage","customType":"h","content":"hook"}"#),
                line(
                    "b", "a",
                    #""type":"message","message":{"role":"bashExecution","command":"ls","output":"a.txt","exitCode":0}"#
                ),
                line(
                    "c", "b",
                    #""type":"message","message":{"role":"bashExecution","command":"x","excludeFromContext":true}"#),
                line(
                    "d", "c",
                    #""type":"message","message":{"role":"assistant","content":[{"type":"toolUse","id":"t","name":"read","input":{"p":1}},{"type":"functionCall","id":"u","name":"exec","arguments":"{\"q\":2}"},{"type":"odd"}]}"#
                ),
            ])
        let window = try await store.sessions.window(session, limit: 50)
        #expect(window.messages.map(\.plainText) == ["hook", "Ran `ls` (exit code 0)\na.txt", ""])
        guard case .assistant(let message) = try #require(window.messages.last) else { return #expect(Bool(false)) }
        #expect(
            message.toolCalls == [
                ToolCall(id: "t", name: "read", arguments: ["p": 1]),
                ToolCall(id: "u", name: "exec", arguments: ["q": 2]),
            ])
    }

    @Test func aLimitCutsFromTheFrontAndNeverBeginsWithAToolResult() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let result = ModelMessage.toolResult(
            ToolResultMessage(
                toolCallID: "c", toolName: "exec", content: [.text("r")], details: nil, isError: false, timestamp: 1))
        let entries = [
            store.say("one"), TranscriptEntry(result, entropy: store.entropy), store.say("two"), store.say("three"),
        ]
        try await store.sessions.append(entries, to: session)
        let window = try await store.sessions.window(session, limit: 3)
        #expect(window.messages.map(\.plainText) == ["two", "three"] && window.isTruncated)
        // The cached window moves on with what is appended.
        try await store.sessions.append([store.say("four")], to: session)
        #expect(try await store.texts(session, limit: 3) == ["two", "three", "four"])
        try await store.sessions.append([store.say("five")], to: session)
        #expect(try await store.texts(session, limit: 3) == ["three", "four", "five"])
        #expect(try await store.texts(session) == ["one", "r", "two", "three", "four", "five"])
    }

    @Test func theEndOfALargeTranscriptCostsOnlyItsEnd() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let path = try store.sessions.transcriptPath(session)
        try await store.sessions.append([store.say("first")], to: session)
        // A hole that nobody could read through.
        #expect(truncate(path, 1 << 40) == 0)
        let handle = try #require(fopen(path, "a"))
        fputs("\n" + user("a", nil, "x") + "\n", handle)
        fclose(handle)
        try await store.sessions.append((0..<40).map { store.say("m\($0)") }, to: session)
        #expect(try await store.texts(session, limit: 30) == (10..<40).map { "m\($0)" })
        let big = String(repeating: "y", count: 3 << 20)
        try await store.sessions.append([store.say(big)], to: session)
        #expect(try await store.texts(session, limit: 2) == ["m39", big])
    }
}
