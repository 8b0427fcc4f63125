import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Synchronization
import Testing

/// What a crash leaves is completed at the next start.
@Suite struct RecoveryTests {
    /// A transcript whose file lost its end after `length` bytes, beside a journal that still has the entries.
    private func truncated(_ source: StoreFixture, _ session: SessionRecord, to length: Int) throws -> StoreFixture {
        let copy = try copyState(of: source.folder.path)
        let path = try source.sessions.transcriptPath(session)
        let name = String(path.dropFirst(source.folder.path.count + 1))
        let bytes = try #require(FileManager.default.contents(atPath: "\(copy.path)/\(name)"))
        try bytes.prefix(length).write(to: URL(filePath: "\(copy.path)/\(name)"))
        return try StoreFixture(folder: copy)
    }

    @Test func aFileCutAtAnyByteOfItsLastLineIsCompleted() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one"), store.say("two")], to: session)
        let whole = try store.lines(session)
        let path = try store.sessions.transcriptPath(session)
        let size = try #require(FileManager.default.contents(atPath: path)).count
        let lastLine = whole[2].utf8.count + 1
        for cut in 0...lastLine {
            let reopened = try truncated(store, session, to: size - cut)
            #expect(try reopened.lines(session) == whole, "cut \(cut) bytes")
            #expect(try await reopened.texts(session) == ["one", "two"])
            let torn = try names(in: reopened.directory.sessionsDirectory(session.agent), holding: ".torn.")
            let isTorn = cut > 1 && cut < lastLine
            #expect(torn.count == (isTorn ? 1 : 0), "cut \(cut) bytes")
            #expect(reopened.issues.kinds.contains(.tornTail) == isTorn)
            #expect(reopened.issues.kinds.contains(.recovered) == (cut > 1))
            if isTorn {
                let file = "\(reopened.directory.sessionsDirectory(session.agent))/\(torn[0])"
                let kept = FileManager.default.contents(atPath: file)
                #expect(kept == Data(whole[2].utf8.prefix(lastLine - cut)))
            }
        }
    }

    @Test func aFileCutInItsHeaderIsKeptAsideAndWrittenAnew() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        for length in [0, 1, 20] {
            let reopened = try truncated(store, session, to: length)
            #expect(try await reopened.texts(session) == ["one"])
            #expect(try reopened.lines(session)[0].contains(#""id":"\#(session.sessionID)""#))
            let aside = try names(in: reopened.directory.sessionsDirectory(session.agent), holding: ".unreadable.")
            #expect(aside.count == (length == 0 ? 0 : 1))
        }
    }

    @Test func aLostFileIsWrittenAgainUntilACheckpointTrustsIt() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        let path = try store.sessions.transcriptPath(session)
        let copy = try copyState(of: store.folder.path)
        let name = String(path.dropFirst(store.folder.path.count + 1))
        try FileManager.default.removeItem(atPath: "\(copy.path)/\(name)")
        let reopened = try StoreFixture(folder: copy)
        #expect(try await reopened.texts(session) == ["one"])
        await reopened.journal.close()
        try FileManager.default.removeItem(atPath: "\(copy.path)/\(name)")
        #expect(try await StoreFixture(folder: copy).texts(session).isEmpty)
    }

    @Test func everyPointOfACommitIsSafe() async throws {
        let copies = Mutex<[String: TemporaryDirectory]>([:])
        let armed = Mutex(false)
        let folder = try TemporaryDirectory("store")
        let store = try StoreFixture(folder: folder) { point in
            guard armed.withLock({ $0 }) else { return }
            // A copy that fails shows as a missing point below.
            guard let copy = try? copyState(of: folder.path) else { return }
            copies.withLock { $0[point] = copy }
        }
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        let work = try await store.journal.admit(NewWork(kind: .inbound, dedupeKey: "m", payload: "q")).item.id
        armed.withLock { $0 = true }
        try await store.journal.commit(
            TurnCommit(
                session: session.key, sessionID: session.sessionID, entries: [store.say("two")],
                sessionPatch: ["label": "x"], outcomes: [(work, .delivered)]))
        armed.withLock { $0 = false }
        let points = [
            "journal.commit.before", "journal.commit.after", "transcript.append.before", "transcript.append.after",
        ]
        for point in points {
            let copy = try #require(copies.withLock { $0[point] }, "\(point)")
            let reopened = try StoreFixture(folder: copy)
            let isDone = point != "journal.commit.before"
            #expect(try await reopened.texts(session) == (isDone ? ["one", "two"] : ["one"]), "\(point)")
            #expect(try await reopened.journal.item(work)?.outcome == (isDone ? .delivered : nil), "\(point)")
            #expect(
                try await reopened.sessions.record(session.key)?.entry["label"] == (isDone ? "x" : nil), "\(point)")
        }
    }

    @Test func aResetIsFinishedAfterACrash() async throws {
        let copies = Mutex<TemporaryDirectory?>(nil)
        let folder = try TemporaryDirectory("store")
        let store = try StoreFixture(folder: folder) { point in
            guard point == "journal.commit.after" else { return }
            // A copy that fails shows as a missing one below.
            let copy = try? copyState(of: folder.path)
            copies.withLock { $0 = copy }
        }
        let session = try await store.session()
        try await store.sessions.append([store.say("one")], to: session)
        let fresh = try await store.sessions.reset(session.key, reason: .new)
        let reopened = try StoreFixture(folder: try #require(copies.withLock { $0 }))
        #expect(try await reopened.sessions.record(session.key) == fresh)
        #expect(
            try names(in: reopened.directory.sessionsDirectory(session.agent), holding: ".jsonl") == [
                "\(session.sessionID).jsonl.reset.2026-03-01T08-00-00.000Z"
            ])
        #expect(reopened.issues.all.isEmpty)
    }

    @Test func aFileThatCannotBeWrittenIsWrittenLater() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let path = try store.sessions.transcriptPath(session)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let first = await error { try await store.sessions.append([store.say("one")], to: session) }
        #expect(first is FileError)
        try FileManager.default.removeItem(atPath: path)
        try await store.sessions.append([store.say("two")], to: session)
        #expect(try await store.texts(session) == ["two"])
    }

    /// Random turns, crashes that lose any part of what was not synced, and resets: after each start every session reads
    /// exactly as it was acknowledged.
    @Test(arguments: 0..<12) func whatWasAcknowledgedIsThere(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        var store = try StoreFixture()
        var expected: [String: [String]] = [:]
        var outcomes: [WorkID: Outcome] = [:]
        for step in 0..<60 {
            let name = "s\(random.next() % 3)"
            let session = try await store.session(name)
            switch random.next() % 10 {
            case 0:
                _ = try await store.sessions.reset(session.key, reason: .reset)
                expected[name] = []
            case 1:
                store = try crash(store, &random)
            default:
                let texts = (0...(random.next() % 3)).map { "\(step).\($0)" }
                let work = try await store.journal.admit(NewWork(kind: .inbound, dedupeKey: "d\(step)", payload: "p"))
                    .item.id
                let outcome = Outcome.silent(reason: "\(step)")
                try await store.journal.commit(
                    TurnCommit(
                        session: session.key, sessionID: session.sessionID, entries: texts.map { store.say($0) },
                        outcomes: [(work, outcome)]))
                expected[name, default: []] += texts
                outcomes[work] = outcome
            }
        }
        store = try crash(store, &random)
        for (name, texts) in expected { #expect(try await store.texts(store.session(name)) == texts, "\(name)") }
        for (work, outcome) in outcomes { #expect(try await store.journal.item(work)?.outcome == outcome) }
    }

    /// Opens a copy in which every transcript that has unsynced entries lost a random part of its end.
    private func crash(_ store: StoreFixture, _ random: inout SeededGenerator) throws -> StoreFixture {
        let copy = try copyState(of: store.folder.path)
        let folder = "\(copy.path)/agents/ada/sessions"
        guard FileManager.default.fileExists(atPath: folder) else {
            return try StoreFixture(folder: copy, entropy: store.entropy)
        }
        for name in try names(in: folder, holding: ".jsonl") where name.hasSuffix(".jsonl") {
            let path = "\(folder)/\(name)"
            let bytes = try #require(FileManager.default.contents(atPath: path))
            // At most the last line: earlier ones may have been synced by an earlier life.
            let line = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { bytes.count - $0 - 1 } ?? 0
            let cut = Int(random.next() % UInt64(line + 1))
            try bytes.prefix(bytes.count - cut).write(to: URL(filePath: path))
        }
        return try StoreFixture(folder: copy, entropy: store.entropy)
    }
}
