import ClawAgent
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// What a client is told that comes back.
struct MissedEventsTests {
    private let time = ManualTimeSource(milliseconds: 1_000_000)
    private let session = SessionKey(canonical: "agent:main:main")
    private let other = SessionKey(canonical: "agent:main:other")

    private func fixture(bytes: Int = 4 << 20) -> HubFixture {
        var limits = EventRing.Limits()
        limits.bytes = bytes
        limits.restingBytes = min(limits.restingBytes, bytes)
        return HubFixture(hub: EventHub(time: time, instance: "here", ring: limits))
    }

    private func known(_ sequence: Int, _ instance: String = "here") -> EventHub.Question.Known {
        EventHub.Question.Known(instance: instance, sequence: sequence)
    }

    /// Publishes the events of a run, numbered from `first`.
    private func publish(
        _ hub: EventHub, _ run: String, _ bodies: [RunEvent.Body], from first: Int = 1, session: SessionKey? = nil
    ) {
        for (position, body) in bodies.enumerated() {
            hub.publish(
                RunEvent(
                    run: RunID(run), session: session ?? self.session, sequence: first + position,
                    timestamp: time.nowMilliseconds, body: body))
        }
    }

    @Test func theEventsAfterANumberComeAsTheyWere() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a")
        let subscriber = try await fixture.join(reader)
        for number in 1...3 { fixture.hub.broadcast(.tick, ["ts": .int(number)]) }
        fixture.hub.broadcast(.devicePairRequested, ["requestId": "r"])
        fixture.hub.broadcastHealth(["ok": true])
        let live = try await fixture.take(subscriber)
        let answer = try fixture.ask(reader, known(2))
        #expect(answer["instance"] == "here" && answer["seq"] == 5)
        #expect(answer["events"]?.arrayValue?.map(\.text) == Array(live[2...]))
        #expect(answer["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue } == [3, 5])
        #expect(try fixture.ask(reader, known(5)) == ["instance": "here", "seq": 5, "events": []])
        let pairing = HubFixture.connection("b", scopes: [.pairing])
        let theirs = try fixture.ask(pairing, known(2))["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue }
        #expect(theirs == [3, 4, 5])
    }

    @Test func piecesOfATextComeAsOne() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a")
        _ = try await fixture.join(reader)
        publish(
            fixture.hub, "r",
            [.started, .text(full: "One", delta: "One"), .text(full: "One two", delta: " two")])
        // 1 start, 2 assistant, 3 chat, 4 assistant
        publish(fixture.hub, "s", [.started, .text(full: "S", delta: "S")], session: other)
        publish(
            fixture.hub, "r",
            [.text(full: "One two three", delta: " three"), .finished(message: nil, text: "One two three")], from: 4)
        let events = try fixture.ask(reader, known(2), sessions: [session.rawValue])["events"]?.arrayValue ?? []
        expectGolden(events.map { $0.text + "\n" }.joined(), "missed-pieces.txt")
        let all = try fixture.ask(reader, known(2))["events"]?.arrayValue ?? []
        #expect(all.compactMap { $0["payload"]?["runId"]?.stringValue } == ["s", "s", "s", "r", "r", "r", "r"])
        #expect(all.compactMap { $0["seq"]?.intValue } == all.compactMap { $0["seq"]?.intValue }.sorted())
    }

    @Test func aTextThatBeganAnewIsToldFromItsBeginning() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a")
        _ = try await fixture.join(reader)
        publish(
            fixture.hub, "r",
            [
                .text(full: "Wrong start", delta: "Wrong start"), .text(full: "", delta: ""),
                .text(full: "Right", delta: "Right"),
            ])
        let events = try fixture.ask(reader, known(1))["events"]?.arrayValue ?? []
        let last = events.last { $0["event"] == "agent" }?["payload"]?["data"]
        #expect(last == ["text": "Right", "delta": "Right"])
    }

    @Test func whoWasAwayForLongGetsASnapshot() async throws {
        let fixture = fixture(bytes: 2000)
        let reader = HubFixture.connection("a")
        _ = try await fixture.join(reader)
        publish(
            fixture.hub, "going",
            [.started, .thinking(full: "Hm", delta: "Hm"), .text(full: "So far", delta: "So far")])
        publish(fixture.hub, "done", [.started, .finished(message: nil, text: " All done ")], session: other)
        publish(fixture.hub, "broken", [.started, .failed(message: "No luck.")])
        publish(fixture.hub, "stopped", [.started, .aborted(reason: .rpc, partialText: "Half")])
        publish(fixture.hub, "silent", [.started, .finished(message: nil, text: "NO_REPLY")])
        for number in 1...20 { fixture.hub.broadcast(.tick, ["ts": .int(number)]) }
        let answer = try fixture.ask(reader, known(1))
        expectGolden(answer.prettyText + "\n", "missed-snapshot.json")
        #expect(try fixture.ask(reader, nil) == answer)
        #expect(try fixture.ask(reader, known(30, "earlier")) == answer)
        #expect(try fixture.ask(reader, known(1000)) == answer)
        let some = try fixture.ask(reader, nil, sessions: [other.rawValue])["sessions"]?.arrayValue
        #expect(some?.compactMap { $0["sessionKey"]?.stringValue } == [other.rawValue])
        #expect(try fixture.ask(reader, nil, sessions: [])["sessions"] == [])
    }

    @Test func eventsWithoutListenersAreKeptForAWhile() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a")
        fixture.hub.broadcast(.tick, ["ts": 0])
        _ = try await fixture.join(reader)
        fixture.hub.broadcast(.tick, ["ts": 1])
        try await fixture.leave(reader)
        time.advance(by: .seconds(300))
        fixture.hub.broadcast(.tick, ["ts": 2])
        let back = HubFixture.connection("b")
        #expect(try fixture.ask(back, known(1))["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue } == [2])
        time.advance(by: .seconds(1))
        fixture.hub.broadcast(.tick, ["ts": 3])
        publish(fixture.hub, "r", [.started, .text(full: "Alone", delta: "Alone")])
        _ = try await fixture.join(back)
        let snapshot = try fixture.ask(back, known(2))
        // The lapse costs one number, so that nobody takes it for silence.
        #expect(snapshot["seq"] == 3 && snapshot["events"] == nil)
        #expect(
            snapshot["sessions"]?.arrayValue?.first?["runs"]?.arrayValue?.first?["message"]
                == ChatStream.message("Alone", time.nowMilliseconds))
        #expect(try fixture.ask(back, known(3)) == ["instance": "here", "seq": 3, "events": []])
        fixture.hub.broadcast(.tick, ["ts": 4])
        #expect(try fixture.ask(back, known(3))["seq"] == 4)
    }

    @Test func ofListsThatReplaceEachOtherOnlyTheLastComes() async throws {
        let fixture = fixture()
        let connection = HubFixture.connection("a")
        _ = try await fixture.join(connection)
        for number in 1...3 {
            fixture.hub.broadcastPresence(["list": .int(number)])
            fixture.hub.broadcastHealth(["ok": .int(number)])
            fixture.hub.broadcast(.tick, ["ts": .int(number)])
        }
        let events = try fixture.ask(connection, known(1))["events"]?.arrayValue ?? []
        #expect(events.compactMap { $0["seq"]?.intValue } == [3, 6, 7, 8, 9])
        #expect(events.compactMap { $0["event"]?.stringValue } == ["tick", "tick", "presence", "health", "tick"])
        #expect(events[2]["payload"] == ["list": 3] && events[3]["payload"] == ["ok": 3])
    }

    @Test func toolEventsComeBackToTheDeviceThatMayHaveThem() async throws {
        let fixture = fixture()
        let first = HubFixture.connection("a", caps: ["tool-events"], device: "d1")
        let stranger = HubFixture.connection("x", caps: ["tool-events"], device: "d2")
        _ = try await fixture.join(first)
        let watching = try await fixture.join(stranger)
        fixture.hub.addToolRecipient(first, run: RunID("r"))
        publish(fixture.hub, "r", [.started, .text(full: "Look", delta: "Look")])
        try await fixture.leave(first)
        let call = ToolCall(id: "t", name: "read", arguments: ["path": "a"])
        publish(
            fixture.hub, "r",
            [
                .text(full: "Look:", delta: ":"), .toolStarted(call),
                .toolFinished(callID: "t", name: "read", .text("secret")), .text(full: "Look: done", delta: " done"),
            ], from: 3)
        let second = HubFixture.connection("b", caps: ["tool-events"], device: "d1")
        let subscriber = try await fixture.join(second)
        let events = try fixture.ask(second, known(2))["events"]?.arrayValue ?? []
        expectGolden(events.map { $0.text + "\n" }.joined(), "missed-tools.txt")
        publish(fixture.hub, "r", [.toolStarted(ToolCall(id: "u", name: "read", arguments: [:]))], from: 7)
        #expect(try await fixture.take(subscriber).count { $0.contains(#""stream":"tool""#) } == 1)
        let blind = HubFixture.connection("c", device: "d1")
        for reader in [stranger, blind] {
            let seen = try fixture.ask(reader, known(2))["events"]?.arrayValue ?? []
            #expect(!seen.contains { $0["payload"]?["stream"] == "tool" })
        }
        #expect(try await fixture.take(watching).allSatisfy { !$0.contains(#""stream":"tool""#) })
    }

    private static func start(_ id: String, _ path: JSONValue = "a") -> RunEvent.Body {
        .toolStarted(ToolCall(id: id, name: "read", arguments: ["path": path]))
    }

    private static func end(_ id: String) -> RunEvent.Body {
        .toolFinished(callID: id, name: "read", .text("secret"))
    }

    /// The phase and the id of each tool event of the only run of a snapshot; nil when there are none.
    private static func calls(_ snapshot: JSONValue) -> [String]? {
        let run = snapshot["sessions"]?.arrayValue?.first?["runs"]?.arrayValue?.first
        return run?["toolEvents"]?.arrayValue?.map { event in
            let data = event["data"]
            return "\(data?["phase"]?.stringValue ?? "") \(data?["toolCallId"]?.stringValue ?? "")"
        }
    }

    @Test func aSnapshotHasTheToolCallsThatGoOn() async throws {
        let fixture = fixture()
        let first = HubFixture.connection("a", caps: ["tool-events"], device: "d1")
        let stranger = HubFixture.connection("x", caps: ["tool-events"], device: "d2")
        let subscriber = try await fixture.join(first)
        fixture.hub.addToolRecipient(first, run: RunID("r"))
        publish(fixture.hub, "r", [.started, .text(full: "Look", delta: "Look"), Self.start("t"), Self.start("u")])
        let live = try await fixture.take(subscriber).filter { $0.contains(#""stream":"tool""#) }
        let told = try fixture.ask(first, nil)["sessions"]?.arrayValue?.first?["runs"]?.arrayValue?.first?["toolEvents"]
        let frames = try live.map { try JSONParser.parse(Array($0.utf8))["payload"] ?? .null }
        #expect(told == .array(frames) && frames.count == 2)
        try await fixture.leave(first)
        // Who gets no tool events over its connection does not find them here.
        let blind = HubFixture.connection("c", device: "d1")
        let anonymous = HubFixture.connection("y", caps: ["tool-events"])
        for other in [stranger, blind, anonymous] { #expect(try Self.calls(fixture.ask(other, nil)) == nil) }
        let second = HubFixture.connection("b", caps: ["tool-events"], device: "d1")
        let back = try await fixture.join(second)
        publish(fixture.hub, "r", [Self.end("t")], from: 5)
        // That a call has ended is known only from here until the transcript has it.
        #expect(try Self.calls(fixture.ask(second, known(1, "earlier"))) == ["start t", "result t", "start u"])
        _ = try await fixture.take(back)
        publish(fixture.hub, "r", [Self.end("u")], from: 6)
        #expect(try await fixture.take(back).count { $0.contains(#""phase":"result""#) } == 1)
        publish(fixture.hub, "r", [.text(full: "Look: done", delta: ": done")], from: 7)
        #expect(try Self.calls(fixture.ask(second, nil)) == nil)
        publish(fixture.hub, "r", [Self.start("v"), .finished(message: nil, text: "Look: done")], from: 8)
        #expect(try Self.calls(fixture.ask(second, nil)) == nil)
    }

    @Test func ofVeryManyCallsThoseThatHaveEndedGoFirst() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a", caps: ["tool-events"], device: "d1")
        fixture.hub.addToolRecipient(reader, run: RunID("r"))
        publish(fixture.hub, "r", [.started, Self.start("going"), Self.start("t"), Self.end("t")])
        publish(fixture.hub, "r", (0..<49).map { Self.start("c\($0)") }, from: 5)
        let calls = try Self.calls(fixture.ask(reader, nil)) ?? []
        #expect(calls == ["start going"] + (0..<49).map { "start c\($0)" })
    }

    @concurrent private static func produce(_ hub: EventHub, _ round: Int) async {
        for number in 0..<20 { hub.broadcast(.cron, ["n": .int(round * 20 + number)]) }
    }

    /// Many ways in which asking and happening can fall together: every event is in the answer or comes later, and none
    /// that is in the answer has a number greater than the answer's.
    @Test func nothingFallsBetweenTheAnswerAndWhatComes() async throws {
        let fixture = fixture()
        let hub = fixture.hub
        let watcher = HubFixture.connection("never-cut")
        let whole = try await fixture.join(watcher)
        for round in 0..<200 {
            let id = HubFixture.connection("c\(round)")
            async let producing: Void = Self.produce(hub, round)
            let start = round == 0 ? 0 : try fixture.ask(watcher, nil)["seq"]?.intValue ?? 0
            let subscriber = try await fixture.join(id)
            let answer = try fixture.ask(id, known(start))
            await producing
            let upTo = answer["seq"]?.intValue ?? -1
            let missed = answer["events"]?.arrayValue?.compactMap { $0["seq"]?.intValue } ?? []
            let live = try await fixture.take(subscriber).map {
                try JSONParser.parse(Array($0.utf8))["seq"]?.intValue ?? 0
            }
            try await fixture.leave(id)
            let end = try fixture.ask(watcher, nil)["seq"]?.intValue ?? 0
            #expect(missed.allSatisfy { $0 <= upTo })
            #expect(missed + live.filter { $0 > upTo } == Array(start + 1..<end + 1))
        }
        let all = try await fixture.take(whole)
        #expect(all.count == 4000)
    }

    @Test func memoryIsGivenBackAfterAMinute() async throws {
        let fixture = fixture()
        let reader = HubFixture.connection("a")
        _ = try await fixture.join(reader)
        let text = String(repeating: "x", count: 1000)
        for number in 1...1000 { fixture.hub.broadcast(.cron, ["text": .string(text), "n": .int(number)]) }
        #expect(fixture.hub.keptBytes.now > 1 << 20)
        fixture.hub.trim()
        #expect(fixture.hub.keptBytes.now > 1 << 20)
        time.advance(by: .seconds(61))
        fixture.hub.trim()
        #expect(fixture.hub.keptBytes.now <= 128 << 10)
        #expect(try fixture.ask(reader, known(950))["events"]?.arrayValue?.count == 50)
        #expect(try fixture.ask(reader, known(1))["events"] == nil)
    }
}
