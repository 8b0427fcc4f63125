import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

@Suite struct DeliveryTests {
    /// A committed turn with two deliveries; the inbound item's outcome follows from them.
    private func turn(_ store: StoreFixture) async throws -> (parent: WorkID, deliveries: [WorkID]) {
        let session = try await store.session()
        let parent = try await store.journal.admit(NewWork(kind: .inbound, payload: "q", session: session.key)).item.id
        var commit = TurnCommit(session: session.key, sessionID: session.sessionID, entries: [store.say("answer")])
        commit.deliveries = ["one", "two"].map { NewWork(kind: .delivery, payload: .string($0), parent: parent) }
        commit.settles = [parent]
        let receipt = try await store.journal.commit(commit)
        return (parent, receipt.deliveries.map(\.id))
    }

    @Test func theLastDeliverySettlesItsParent() async throws {
        let store = try StoreFixture()
        let (parent, deliveries) = try await turn(store)
        try await store.journal.finish(deliveries[0], .delivered)
        #expect(try await store.journal.item(parent)?.outcome == nil)
        try await store.journal.finish(deliveries[1], .delivered)
        #expect(try await store.journal.item(parent)?.outcome == .delivered)
    }

    @Test func aFailedDeliveryFailsItsParent() async throws {
        let store = try StoreFixture()
        let (parent, deliveries) = try await turn(store)
        try await store.journal.finish(deliveries[0], .dead(reason: "blocked"))
        try await store.journal.finish(deliveries[1], .delivered)
        let outcome = try await store.journal.item(parent)?.outcome
        #expect(outcome == .failed(reason: "1 of 2 deliveries failed: blocked", told: false))
    }

    @Test func aParentThatIsStillAtWorkIsNotSettled() async throws {
        let store = try StoreFixture()
        let parent = try await store.journal.admit(NewWork(kind: .inbound, payload: "q")).item.id
        let block = try await store.journal.admit(NewWork(kind: .delivery, payload: "b", parent: parent)).item.id
        try await store.journal.finish(block, .delivered)
        #expect(try await store.journal.item(parent)?.outcome == nil)
        try await store.journal.settle(parent: parent)
        #expect(try await store.journal.item(parent)?.outcome == .delivered)
        let again = await error { try await store.journal.settle(parent: parent) }
        #expect(again as? JournalError == .alreadyFinished(parent, .delivered))
    }

    @Test func attemptsAreCountedBeforeSending() async throws {
        let store = try StoreFixture()
        let (_, deliveries) = try await turn(store)
        try await store.journal.recordAttempt(delivery: deliveries[0])
        store.time.advance(by: .seconds(5))
        try await store.journal.recordAttempt(delivery: deliveries[0])
        let item = try #require(await store.journal.unfinished(.delivery).first)
        #expect(item.attempts == 2 && item.lastAttemptAt == store.time.nowMilliseconds)
        try await store.journal.finish(deliveries[0], .delivered)
        let late = await error { try await store.journal.recordAttempt(delivery: deliveries[0]) }
        #expect(late as? JournalError == .alreadyFinished(deliveries[0], .delivered))
    }

    @Test func aCommitThatFailsChangesNothing() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let parent = try await store.journal.admit(NewWork(kind: .inbound, payload: "q")).item.id
        try await store.journal.finish(parent, .superseded)
        var commit = TurnCommit(
            session: session.key, sessionID: session.sessionID, entries: [store.say("lost")],
            sessionPatch: ["label": "lost"], outcomes: [(parent, .delivered)])
        commit.deliveries = [NewWork(kind: .delivery, payload: "lost", parent: parent)]
        let refused = await error { try await store.journal.commit(commit) }
        #expect(refused as? JournalError == .alreadyFinished(parent, .superseded))
        #expect(try await store.journal.unfinished(.delivery).isEmpty)
        #expect(try store.lines(session).isEmpty)
        #expect(try await store.sessions.record(session.key) == session)
    }

    @Test func toolCallsStartAndFinishOnce() async throws {
        let store = try StoreFixture()
        let session = try await store.session()
        let run = RunID("run-1")
        func commit(_ change: (inout TurnCommit) -> Void) async throws {
            var commit = TurnCommit(session: session.key, sessionID: session.sessionID)
            change(&commit)
            try await store.journal.commit(commit)
        }
        let calls = ["b", "a"].map { ToolCallStart(run: run, callID: $0, name: "exec", arguments: ["id": .string($0)]) }
        try await commit { $0.toolStarts = calls }
        try await commit { $0.toolResults = [ToolCallFinish(run: run, callID: "b", result: ["ok": 1], isError: false)] }
        let now = store.time.nowMilliseconds
        #expect(
            try await store.journal.toolCalls(run: run) == [
                RecordedToolCall(
                    callID: "b", name: "exec", arguments: ["id": "b"], startedAt: now, finishedAt: now,
                    result: ["ok": 1], isError: false),
                RecordedToolCall(
                    callID: "a", name: "exec", arguments: ["id": "a"], startedAt: now, finishedAt: nil, result: nil,
                    isError: false),
            ])
        let again = await error { try await commit { $0.toolStarts = [calls[0]] } }
        #expect(again as? JournalError == .toolCallAlreadyStarted(run: run, callID: "b"))
        let unknown = await error {
            try await commit { $0.toolResults = [ToolCallFinish(run: run, callID: "z", result: nil, isError: true)] }
        }
        #expect(unknown as? JournalError == .unknownToolCall(run: run, callID: "z"))
    }
}
