import ClawAgent
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import NIOCore
import Testing

/// What a model said last before it pauses.
@Suite(.timeLimit(.minutes(10))) struct HeldTextsTests {
    private let time = ManualTimeSource()
    private let fixture: HubFixture

    init() { fixture = HubFixture(hub: EventHub(time: time, instance: "here")) }

    private func publish(_ run: String, _ sequence: Int, _ body: RunEvent.Body) {
        fixture.hub.publish(
            RunEvent(
                run: RunID(run), session: SessionKey(canonical: "agent:main:\(run)"), sequence: sequence,
                timestamp: time.nowMilliseconds, body: body))
    }

    private func text(_ run: String, _ sequence: Int, _ full: String) {
        publish(run, sequence, .text(full: full, delta: String(full.suffix(1))))
    }

    /// The runs, numbers and texts of the `chat` events so far; the end of a run has a full stop.
    private func take(_ subscriber: NIOLoopBound<RecordingSubscriber>) async throws -> [String] {
        try await fixture.take(subscriber).compactMap { frame in
            let event = try JSONParser.parse(Array(frame.utf8))
            guard event["event"] == "chat", let payload = event["payload"] else { return nil }
            let text = payload["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
            let stop = payload["state"] == "final" ? "." : ""
            return "\(payload["runId"]?.stringValue ?? "") \(payload["seq"]?.intValue ?? 0) \(text)\(stop)"
        }
    }

    /// Waits for as many events as there should be, and compares.
    private func expect(
        _ subscriber: NIOLoopBound<RecordingSubscriber>, _ expected: [String],
        location: SourceLocation = #_sourceLocation
    ) async throws {
        var told = try await take(subscriber)
        while told.count < expected.count {
            await Task.yield()
            told += try await take(subscriber)
        }
        #expect(told == expected, sourceLocation: location)
    }

    private func whileRunning(_ body: (NIOLoopBound<RecordingSubscriber>) async throws -> Void) async throws {
        let subscriber = try await fixture.join(HubFixture.connection("a"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let held = HeldTexts(hub: fixture.hub, time: time)
            group.addTask { try await held.run() }
            try await body(subscriber)
            group.cancelAll()
        }
    }

    @Test func theLastWordsBeforeAPauseAreToldAfterAMoment() async throws {
        try await whileRunning { subscriber in
            text("r", 1, "a")
            time.advance(by: .milliseconds(20))
            text("r", 2, "ab")
            time.advance(by: .milliseconds(20))
            text("r", 3, "abc")
            await time.waitForSleepers(1)
            try await expect(subscriber, ["r 1 a"])
            time.advance(by: .milliseconds(109))
            try await expect(subscriber, [])
            time.advance(by: .milliseconds(1))
            try await expect(subscriber, ["r 3 abc"])
            // Nothing is held back now: nothing sleeps, and nothing is told again.
            time.advance(by: .milliseconds(500))
            try await expect(subscriber, [])
            #expect(time.sleeperCount == 0)
            text("r", 4, "abcd")
            try await expect(subscriber, ["r 4 abcd"])
        }
    }

    @Test func oneSleepServesAllRuns() async throws {
        try await whileRunning { subscriber in
            for (run, wait) in [("r", 50), ("s", 40), ("t", 0)] {
                text(run, 1, "a")
                time.advance(by: .milliseconds(wait))
            }
            for run in ["r", "s", "t"] { text(run, 2, "ab") }
            await time.waitForSleepers(1)
            try await expect(subscriber, ["r 1 a", "s 1 a", "t 1 a"])
            #expect(time.sleeperCount == 1)
            for (wait, told) in [(60, "r 2 ab"), (50, "s 2 ab"), (40, "t 2 ab")] {
                time.advance(by: .milliseconds(wait))
                try await expect(subscriber, [told])
                if told != "t 2 ab" { await time.waitForSleepers(1) }
            }
        }
    }

    @Test func whatEndsMeanwhileIsToldOnce() async throws {
        try await whileRunning { subscriber in
            text("r", 1, "a")
            text("r", 2, "ab")
            await time.waitForSleepers(1)
            publish("r", 3, .finished(message: nil, text: "ab"))
            time.advance(by: .seconds(1))
            text("s", 1, "x")
            text("s", 2, "xy")
            await time.waitForSleepers(1)
            try await expect(subscriber, ["r 1 a", "r 3 ab", "r 3 ab.", "s 1 x"])
        }
    }

    /// A clock that is set back holds nothing back.
    @Test func onlyTheClockThatNeverGoesBackCounts() {
        var stream = ChatStream(run: RunID("r"), session: SessionKey(canonical: "agent:main:main"))
        let event = { (sequence: Int, at: Int64, full: String) in
            RunEvent(
                run: RunID("r"), session: SessionKey(canonical: "agent:main:main"), sequence: sequence, timestamp: at,
                body: .text(full: full, delta: ""))
        }
        #expect(stream.receive(event(1, 9_000_000, "a"), now: 10).count == 2)
        #expect(stream.flushAt == nil)
        #expect(stream.receive(event(2, 1_000, "ab"), now: 20).count == 1)
        #expect(stream.flushAt == 160)
        #expect(stream.flush(now: 160)?.outputs.count == 1)
        #expect(stream.flush(now: 400)?.outputs.count == nil && stream.flushAt == nil)
    }

    /// Events that come while others are flushed keep their order in each run.
    @Test func nothingIsToldAfterTheEndOfItsRun() async throws {
        try await whileRunning { subscriber in
            for round in 0..<300 {
                text("r\(round)", 1, "a")
                text("r\(round)", 2, "ab")
                async let end: Void = Self.finish(fixture.hub, "r\(round)", time.nowMilliseconds)
                time.advance(by: .milliseconds(150))
                await end
            }
            // Each run has two deltas and its end; what was held back is told before the end, by whichever of the two.
            var last: [Substring: String] = [:]
            var count = 0
            while count < 900 {
                for line in try await take(subscriber) {
                    let run = line.prefix { $0 != " " }
                    #expect(last[run] != "\(run) 3 ab.", "\(line)")
                    last[run] = line
                    count += 1
                }
                await Task.yield()
            }
            #expect(last.count == 300)
            for (run, line) in last { #expect(line == "\(run) 3 ab.") }
        }
    }

    @concurrent private static func finish(_ hub: EventHub, _ run: String, _ now: Int64) async {
        hub.publish(
            RunEvent(
                run: RunID(run), session: SessionKey(canonical: "agent:main:\(run)"), sequence: 3, timestamp: now,
                body: .finished(message: nil, text: "ab")))
    }
}
