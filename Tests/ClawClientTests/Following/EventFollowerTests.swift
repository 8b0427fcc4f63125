import ClawClient
import ClawProtocol
import ClawSupport
import Testing

struct EventFollowerTests {
    private static func tick(_ sequence: Int) -> EventFrame { EventFrame(.tick, payload: [:], sequence: sequence) }

    private static func tool(_ number: Int) -> EventFrame {
        EventFrame(.agent, payload: ["runId": "r", "seq": .int(number), "stream": "tool"])
    }

    private static func answer(_ sequence: Int, _ events: [EventFrame]) -> JSONValue {
        ["instance": "i", "seq": .int(sequence), "events": .array(events.map(\.json))]
    }

    @Test func whatCameBeforeTheAnswerIsOldAndWhatComesAfterIsNew() throws {
        var follower = EventFollower()
        #expect(follower.question(sessions: ["main"]) == ["sessions": ["main"]])
        let standing = try follower.take(answer: ["instance": "i", "seq": 5, "sessions": [], "endedSince": 2])
        #expect(standing == [.standing(EventStanding(runs: [], since: nil, endedSince: 2))])
        #expect((4...7).map { follower.take(Self.tick($0)) } == [.old, .old, .new(Self.tick(6)), .new(Self.tick(7))])
        #expect(follower.question() == ["instance": "i", "seq": 7])
        #expect(
            try follower.take(answer: Self.answer(9, [Self.tick(8), Self.tick(9)])) == [
                .event(Self.tick(8)), .event(Self.tick(9)),
            ])
        #expect(follower.take(Self.tick(9)) == .old)
        #expect(follower.take(Self.tick(11)) == .gap)
        #expect(follower.question() == ["instance": "i", "seq": 9])
        #expect(follower.take(Self.tick(10)) == .new(Self.tick(10)))
    }

    @Test func toolEventsWhichHaveNoNumberAreToldOnce() throws {
        var follower = EventFollower()
        _ = try follower.take(answer: Self.answer(1, []))
        #expect(follower.take(Self.tool(3)) == .new(Self.tool(3)))
        #expect(
            try follower.take(answer: Self.answer(1, [Self.tool(2), Self.tool(3), Self.tool(4)]))
                == [.event(Self.tool(4))])
        // Another start of the Gateway counts anew.
        _ = try follower.take(answer: ["instance": "j", "seq": 1, "sessions": []])
        #expect(follower.take(Self.tool(1)) == .new(Self.tool(1)))
    }

    @Test func aSnapshotSaysHowRunsStand() throws {
        var follower = EventFollower()
        _ = try follower.take(answer: Self.answer(3, []))
        let message: JSONValue = ["role": "assistant", "content": [["type": "text", "text": "So far"]]]
        let updates = try follower.take(answer: [
            "instance": "i", "seq": 9, "endedSince": 1,
            "sessions": [
                [
                    "sessionKey": "agent:main:main",
                    "runs": [
                        ["runId": "a", "state": "running", "seq": 8, "message": message],
                        ["runId": "b", "state": "error", "seq": 7, "errorMessage": "no key"],
                    ],
                ]
            ],
        ])
        let runs = [
            EventStanding.Run(
                run: "a", session: "agent:main:main", state: "running", sequence: 8, text: "So far"),
            EventStanding.Run(
                run: "b", session: "agent:main:main", state: "error", sequence: 7, text: "", errorMessage: "no key"),
        ]
        #expect(updates == [.standing(EventStanding(runs: runs, since: 3, endedSince: 1))])
        #expect(runs.map(\.isRunning) == [true, false])
    }

    @Test func theToolCallsOfASnapshotAreToldOnce() throws {
        var follower = EventFollower()
        _ = try follower.take(answer: Self.answer(1, []))
        #expect(follower.take(Self.tool(3)) == .new(Self.tool(3)))
        let payloads: [JSONValue] = [Self.tool(3), Self.tool(4)].compactMap(\.payload)
        let updates = try follower.take(answer: [
            "instance": "i", "seq": 9,
            "sessions": [
                [
                    "sessionKey": "agent:main:main",
                    "runs": [["runId": "r", "state": "running", "seq": 8, "toolEvents": .array(payloads)]],
                ]
            ],
        ])
        let run = EventStanding.Run(
            run: "r", session: "agent:main:main", state: "running", sequence: 8, text: "", toolEvents: [Self.tool(4)])
        #expect(updates == [.standing(EventStanding(runs: [run], since: 1, endedSince: 0))])
        #expect(follower.take(Self.tool(4)) == .old)
        #expect(follower.take(Self.tool(5)) == .new(Self.tool(5)))
    }

    @Test func aGatewayThatCannotBeAskedBeginsAnew() throws {
        var follower = EventFollower()
        _ = try follower.take(answer: Self.answer(3, []))
        #expect(follower.giveUp() == .standing(nil))
        #expect(follower.question() == [:])
        #expect(follower.take(Self.tick(40)) == .new(Self.tick(40)))
        #expect(follower.take(Self.tick(42)) == .gap)
        follower.skip(to: Self.tick(42))
        #expect(follower.take(Self.tick(42)) == .new(Self.tick(42)))
        #expect(throws: GatewayClientError.malformed("its answer to events.since has no number")) {
            try follower.take(answer: ["seq": 1])
        }
    }

    /// A Gateway tells events at random to a client whose connection is cut at random.
    @Test(arguments: 1...50) func everyEventComesOnceAndInOrder(seed: UInt64) throws {
        var chance = Chance(state: seed)
        var follower = EventFollower()
        var told: [(position: Int, event: EventFrame)] = []
        var heard: [EventFrame] = []
        var sequence = 0
        var number = 0
        var isOpen = false
        func ask() throws {
            let question = follower.question()
            guard let since = question["seq"]?.intValue else {
                // The first answer is a snapshot: from there on everything counts.
                #expect(try follower.take(answer: ["instance": "i", "seq": .int(sequence), "sessions": []]).count == 1)
                told = []
                return
            }
            let missed = told.filter { $0.event.sequence.map { $0 > since } ?? ($0.position >= since) }.map(\.event)
            for case .event(let event) in try follower.take(answer: Self.answer(sequence, missed)) {
                heard.append(event)
            }
        }
        func hear(_ event: EventFrame) throws {
            var outcome = follower.take(event)
            if outcome == .gap {
                try ask()
                outcome = follower.take(event)
            }
            if case .new(let event) = outcome { heard.append(event) }
        }
        for _ in 0..<400 {
            let wasOpen = isOpen
            if chance.next(8) == 0 { isOpen.toggle() }
            if isOpen, !wasOpen { try ask() }
            let event: EventFrame
            if chance.next(4) == 0 {
                number += 1
                event = Self.tool(number)
            } else {
                sequence += 1
                event = Self.tick(sequence)
            }
            told.append((sequence, event))
            // One in ten numbered events is left out for a client that reads too slowly.
            if isOpen, event.sequence == nil || chance.next(10) > 0 { try hear(event) }
        }
        try ask()
        #expect(heard.compactMap(\.sequence) == told.compactMap(\.event.sequence))
        let tools = { (event: EventFrame) in event.sequence == nil ? event.payload?["seq"]?.intValue : nil }
        #expect(heard.compactMap(tools) == told.map(\.event).compactMap(tools))
        #expect(heard.count > 100)
    }

    private struct Chance {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }
}
