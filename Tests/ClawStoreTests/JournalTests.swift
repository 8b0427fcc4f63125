import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawStore

@Suite struct JournalTests {
    private func inbound(_ key: String?, sender: String? = nil) -> NewWork {
        NewWork(kind: .inbound, dedupeKey: key, payload: ["text": "hello"], run: RunID("run-1"), sender: sender)
    }

    @Test func anItemComesBackAsItWasAdmitted() async throws {
        let store = try StoreFixture()
        let session = SessionKey(canonical: "agent:ada:main")
        let (item, isNew) = try await store.journal.admit(
            NewWork(
                kind: .inbound, dedupeKey: "irc:1", payload: ["text": "hi", "n": 1.50], session: session,
                run: RunID("r"), sender: "eve"))
        #expect(isNew)
        let read = try #require(await store.journal.item(item.id))
        #expect(read == item)
        #expect(read.payload == ["text": "hi", "n": 1.50])
        #expect(read.session == session && read.run == RunID("r") && read.sender == "eve")
        #expect(read.createdAt == store.time.nowMilliseconds && read.outcome == nil && !read.isClaimed)
    }

    @Test func aKnownDedupeKeyIsTheFirstItem() async throws {
        let store = try StoreFixture()
        let first = try await store.journal.admit(inbound("irc:1"))
        let second = try await store.journal.admit(inbound("irc:1"))
        let unkeyed = try await store.journal.admit(inbound(nil))
        let unkeyedToo = try await store.journal.admit(inbound(nil))
        #expect(second.item == first.item && !second.isNew)
        #expect(Set([first.item.id, unkeyed.item.id, unkeyedToo.item.id]).count == 3)
    }

    @Test func anOutcomeIsWrittenExactlyOnce() async throws {
        let store = try StoreFixture()
        let work = try await store.journal.admit(inbound("a")).item.id
        try await store.journal.finish(work, .silent(reason: "no-reply"))
        let again = await error { try await store.journal.finish(work, .delivered) }
        #expect(again as? JournalError == .alreadyFinished(work, .silent(reason: "no-reply")))
        #expect("\(JournalError.alreadyFinished(work, .delivered))" == "Work item w1 has ended already (delivered).")
        let unknown = await error { try await store.journal.finish(WorkID("w99"), .delivered) }
        #expect(unknown as? JournalError == .unknownWork(WorkID("w99")))
        let item = try #require(await store.journal.item(work))
        #expect(item.outcome == .silent(reason: "no-reply") && item.outcomeAt == store.time.nowMilliseconds)
    }

    @Test func oneFailureInAGroupLeavesTheOthersAlone() async throws {
        let store = try StoreFixture()
        let done = try await store.journal.admit(inbound("done")).item.id
        try await store.journal.finish(done, .delivered)
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let failure = await error {
                        if number.isMultiple(of: 3) {
                            try await store.journal.finish(done, .superseded)
                        } else {
                            _ = try await store.journal.admit(
                                NewWork(kind: .inbound, dedupeKey: "k\(number)", payload: nil))
                        }
                    }
                    return (number, failure == nil)
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        for (number, worked) in results { #expect(worked == !number.isMultiple(of: 3), "request \(number)") }
        let open = try await store.journal.unfinished(.inbound)
        #expect(open.count == 200 - 67)
    }

    @Test func theOlderOwnerOfAJournalIsFencedOff() async throws {
        let older = try StoreFixture()
        let work = try await older.journal.admit(inbound("a")).item.id
        let newer = try StoreFixture(folder: older.folder)
        let refused = await error { try await older.journal.finish(work, .delivered) }
        #expect(refused as? JournalError == .fenced(epoch: 1, owner: 2))
        let refusedToo = await error { try await older.journal.admit(inbound("b")) }
        #expect(refusedToo as? JournalError == .fenced(epoch: 1, owner: 2))
        try await newer.journal.finish(work, .delivered)
        #expect(try await newer.journal.unfinished(.inbound).isEmpty)
    }

    @Test func workIsClaimedOncePerOwnerUntilItEnds() async throws {
        let first = try StoreFixture()
        let work = try await first.journal.admit(inbound("a")).item.id
        #expect(try await first.journal.claim(work))
        #expect(try await !first.journal.claim(work))
        #expect(try await first.journal.unfinished(.inbound).map(\.isClaimed) == [true])
        await first.journal.close()
        let second = try StoreFixture(folder: first.folder)
        #expect(try await second.journal.unfinished(.inbound).map(\.isClaimed) == [false])
        #expect(try await second.journal.claim(work))
        try await second.journal.finish(work, .delivered)
        #expect(try await !second.journal.claim(work))
    }

    @Test func refusalsHoldNoContentAndAreCapped() async throws {
        let store = try StoreFixture()
        for number in 0..<25 {
            _ = try await store.journal.refuse(inbound("m:\(number)", sender: "eve"), reason: "not-allowed")
        }
        _ = try await store.journal.refuse(inbound("m:other", sender: "bob"), reason: "not-allowed")
        let eve = try await store.journal.refusals(sender: "eve")
        #expect(eve.kept == 20 && eve.dropped == 5)
        let bob = try await store.journal.refusals(sender: "bob")
        #expect(bob.kept == 1 && bob.dropped == 0)
        let newest = try #require(await store.journal.why("m:24").first)
        #expect(newest.payload == nil && newest.outcome == .refused(reason: "not-allowed"))
        #expect(try await store.journal.why("m:4").isEmpty)
        #expect(try await !store.journal.why("m:5").isEmpty)
    }

    @Test func aClosedJournalRefuses() async throws {
        let store = try StoreFixture()
        await store.journal.close()
        let refused = await error { try await store.journal.admit(inbound("a")) }
        #expect(refused as? JournalError == .closed)
    }

    @Test func contentIsErasedSomeDaysAfterTheOutcome() async throws {
        let store = try StoreFixture()
        let old = try await store.journal.admit(inbound("old")).item.id
        let open = try await store.journal.admit(inbound("open")).item.id
        try await store.journal.finish(old, .delivered)
        store.time.advance(by: .seconds(8 * 86_400))
        let recent = try await store.journal.admit(inbound("recent")).item.id
        try await store.journal.finish(recent, .delivered)
        #expect(try await store.journal.eraseExpired(retention: .seconds(7 * 86_400)) == 1)
        #expect(try await store.journal.item(old)?.payload == nil)
        #expect(try await store.journal.why("old").map(\.outcome) == [.delivered])
        #expect(try await store.journal.item(open)?.payload == ["text": "hello"])
        #expect(try await store.journal.item(recent)?.payload == ["text": "hello"])
        store.time.advance(by: .seconds(85 * 86_400))
        try await store.journal.eraseExpired()
        #expect(try await store.journal.item(old) == nil)
        #expect(try await store.journal.item(open) != nil)
        #expect(try await store.journal.item(recent)?.payload == nil)
    }

    @Test func whyFindsByEveryName() async throws {
        let store = try StoreFixture()
        let parent = try await store.journal.admit(inbound("irc:default:#swift:77")).item
        let delivery = try await store.journal.admit(
            NewWork(kind: .delivery, payload: "hi", run: RunID("run-1"), parent: parent.id)
        ).item
        for name in [parent.id.rawValue, "irc:default:#swift:77", "run-1", "77"] {
            #expect(try await store.journal.why(name) == [parent, delivery], "by \(name)")
        }
        #expect(try await store.journal.why("7").isEmpty)
        #expect(try await store.journal.why("w1000").isEmpty)
    }

    @Test func aRunIsFoundByItsOriginAndNothingElse() async throws {
        let store = try StoreFixture()
        let parent = try await store.journal.admit(inbound("irc:default:#swift:77")).item
        _ = try await store.journal.admit(
            NewWork(kind: .delivery, payload: "hi", run: RunID("run-1"), parent: parent.id))
        #expect(try await store.journal.origins(of: RunID("run-1")) == [parent])
        #expect(try await store.journal.item(dedupeKey: "irc:default:#swift:77") == parent)
        for name in [parent.id.rawValue, "irc:default:#swift:77", "77", "run"] {
            #expect(try await store.journal.origins(of: RunID(name)).isEmpty, "\(name)")
        }
        for name in [parent.id.rawValue, "run-1", "77"] {
            #expect(try await store.journal.item(dedupeKey: name) == nil, "\(name)")
        }
    }

    /// Clients ask for runs and answers that nobody knows; that must not read the whole journal each time.
    @Test(arguments: [
        (WorkTable.originCondition, "SEARCH work USING INDEX work_run (run=?)"),
        (WorkTable.keyCondition, "SEARCH work USING INDEX work_dedupe (dedupe_key=?)"),
    ]) func whatClientsAskForIsFoundByAnIndex(condition: String, plan: String) throws {
        let store = try StoreFixture()
        let database = try Database(path: store.directory.journalPath, access: .readOnly, cacheKilobytes: 64)
        let steps = try database.rows(
            "EXPLAIN QUERY PLAN SELECT * FROM work WHERE \(condition) ORDER BY number", [.text("x")]
        ) {
            $0.text(3)
        }
        #expect(steps.first == plan, "\(steps)")
    }

    @Test func outcomesKeepTheirShape() {
        let outcomes: [Outcome] = [
            .delivered, .merged(into: WorkID("w3")), .superseded, .refused(reason: "policy"), .silent(reason: "chosen"),
            .failed(reason: "timeout", told: true), .failed(reason: "timeout", told: false), .dead(reason: "gave up"),
        ]
        for outcome in outcomes { #expect(Outcome(json: outcome.json) == outcome) }
        expectGolden(outcomes.map(\.json.text).joined(separator: "\n") + "\n", "outcomes.txt")
        #expect(Outcome(json: ["outcome": "vanished"]) == nil)
        #expect(Outcome(json: ["outcome": "merged"]) == nil)
        #expect(Outcome(json: "delivered") == nil)
    }
}
