import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct TurnSupervisorTests {
    private func turn(
        _ fixture: AgentFixture, _ text: String, _ run: String, mode: QueueMode, debounce: Int64 = 0
    ) async throws -> PendingTurn {
        var turn = try await fixture.accept(text, run: run)
        turn.queue = QueuePolicy(mode: mode, debounceMilliseconds: debounce)
        return turn
    }

    @Test func collectedMessagesBecomeOneTurn() async throws {
        let fixture = try AgentFixture([[.wait(.seconds(1)), .batch([.text("One.")])], .answer("All.")])
        try await fixture.run {
            let first = try await turn(fixture, "a", "r1", mode: .collect)
            let second = try await turn(fixture, "b", "r2", mode: .collect)
            let third = try await turn(fixture, "c", "r3", mode: .collect)
            #expect(try await fixture.supervisor.submit(first) == .started)
            await fixture.time.waitForSleepers(1)
            #expect(try await fixture.supervisor.submit(second) == .queued)
            #expect(try await fixture.supervisor.submit(third) == .queued)
            #expect(fixture.supervisor.queueDepth(of: AgentFixture.session) == 2)
            fixture.time.advance(by: .seconds(1))
            _ = await fixture.supervisor.wait(for: third.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: first) == .delivered)
            #expect(try await fixture.outcome(of: second) == .merged(into: third.work))
            #expect(try await fixture.outcome(of: third) == .delivered)
            #expect(await fixture.supervisor.wait(for: second.run, timeout: .zero).isTerminal)
        }
        #expect(
            try await fixture.story().suffix(2) == [
                "user: \(stamp)[Queued messages while agent was busy]\n\n---\nQueued #1\nb\n\n---\nQueued #2\nc",
                "assistant(stop): All.",
            ])
        #expect(fixture.sink.bodies(of: "r2") == [.finished(message: nil, text: "")])
    }

    @Test func waitingMessagesRunAfterQuiet() async throws {
        let fixture = try AgentFixture([[.wait(.seconds(5)), .batch([.text("One.")])], .answer("Two.")])
        try await fixture.run {
            let first = try await turn(fixture, "a", "r1", mode: .followup, debounce: 10_000)
            let second = try await turn(fixture, "b", "r2", mode: .followup, debounce: 10_000)
            _ = try await fixture.supervisor.submit(first)
            await fixture.time.waitForSleepers(1)
            _ = try await fixture.supervisor.submit(second)
            fixture.time.advance(by: .seconds(5))
            _ = await fixture.supervisor.wait(for: first.run, timeout: .seconds(600))
            await fixture.time.waitForSleepers(1)
            #expect(fixture.model.requests.count == 1)
            fixture.time.advance(by: .seconds(5))
            _ = await fixture.supervisor.wait(for: second.run, timeout: .seconds(600))
            #expect(try await fixture.outcome(of: second) == .delivered)
        }
    }

    @Test func interruptAbortsAndTheNewestRuns() async throws {
        let fixture = try AgentFixture([[.batch([.text("Long")]), .hang], .answer("New.")])
        try await fixture.run {
            let first = try await turn(fixture, "a", "r1", mode: .interrupt)
            let second = try await turn(fixture, "b", "r2", mode: .interrupt)
            _ = try await fixture.supervisor.submit(first)
            await fixture.time.waitForSleepers(1)
            _ = try await fixture.supervisor.submit(second)
            _ = await fixture.supervisor.wait(for: second.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: first) == .superseded)
            #expect(try await fixture.outcome(of: second) == .delivered)
        }
        #expect(fixture.sink.bodies(of: "r1").last == .aborted(reason: .superseded, partialText: "Long"))
    }

    @Test func steeringJoinsAfterTheCurrentCall() async throws {
        let gate = ManualTimeSource()
        let tool = ScriptedTool("step") { _ in
            do { try await gate.sleep(for: .seconds(1)) } catch { return .failure("cancelled") }
            return .text("stepped")
        }
        let fixture = try AgentFixture(
            [
                .calls([
                    ToolCall(id: "a", name: "step", arguments: [:]), ToolCall(id: "b", name: "step", arguments: [:]),
                ]), .answer("Turned around."),
            ], tools: [tool])
        try await fixture.run {
            let first = try await turn(fixture, "go ahead", "r1", mode: .steer)
            let second = try await turn(fixture, "no, back", "r2", mode: .steer)
            _ = try await fixture.supervisor.submit(first)
            await gate.waitForSleepers(1)
            #expect(try await fixture.supervisor.submit(second) == .queued)
            gate.advance(by: .seconds(1))
            _ = await fixture.supervisor.wait(for: first.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: first) == .delivered)
            #expect(try await fixture.outcome(of: second) == .merged(into: first.work))
        }
        #expect(tool.invocations.count == 1)
        #expect(
            try await fixture.story() == [
                "user: \(stamp)go ahead", "assistant(toolUse):  <step a> <step b>", "result a: stepped",
                "result b error: Skipped because a newer message came in.", "user: \(stamp)no, back",
                "assistant(stop): Turned around.",
            ])
    }

    @Test func stopDropsWhatWaits() async throws {
        let fixture = try AgentFixture([[.hang]])
        try await fixture.run {
            let first = try await turn(fixture, "a", "r1", mode: .collect)
            let second = try await turn(fixture, "b", "r2", mode: .collect)
            _ = try await fixture.supervisor.submit(first)
            await fixture.time.waitForSleepers(1)
            _ = try await fixture.supervisor.submit(second)
            #expect(
                await fixture.supervisor.abort(session: AgentFixture.session, run: nil, reason: .stop)
                    == [first.run, second.run])
            _ = await fixture.supervisor.wait(for: first.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: second) == .silent(reason: "stopped (stop)"))
        }
        #expect(fixture.sink.bodies(of: "r2") == [.aborted(reason: .stop, partialText: "")])
        #expect(fixture.model.requests.count == 1)
    }

    @Test func oneWaitingMessageCanBeWithdrawn() async throws {
        let fixture = try AgentFixture([[.hang]])
        try await fixture.run {
            let first = try await turn(fixture, "a", "r1", mode: .collect)
            let second = try await turn(fixture, "b", "r2", mode: .collect)
            let third = try await turn(fixture, "c", "r3", mode: .steer)
            _ = try await fixture.supervisor.submit(first)
            await fixture.time.waitForSleepers(1)
            _ = try await fixture.supervisor.submit(second)
            _ = try await fixture.supervisor.submit(third)
            #expect(await fixture.supervisor.abort(session: nil, run: second.run, reason: .rpc) == [second.run])
            #expect(
                await fixture.supervisor.abort(session: AgentFixture.session, run: third.run, reason: .rpc)
                    == [third.run])
            #expect(await fixture.supervisor.abort(session: nil, run: RunID("r9"), reason: .rpc).isEmpty)
            #expect(try await fixture.outcome(of: second) == .silent(reason: "stopped (rpc)"))
            #expect(try await fixture.outcome(of: third) == .silent(reason: "stopped (rpc)"))
            #expect(try await fixture.outcome(of: first) == nil)
            #expect(fixture.supervisor.queueDepth(of: AgentFixture.session) == 0)
        }
        #expect(fixture.sink.bodies(of: "r2") == [.aborted(reason: .rpc, partialText: "")])
    }

    @Test func sessionsRunBesideEachOtherUpToTheLimit() async throws {
        let fixture = try AgentFixture(
            Array(repeating: [.wait(.seconds(1)), .batch([.text("ok")])], count: 3), maximumConcurrent: 2)
        try await fixture.run {
            var turns: [PendingTurn] = []
            for number in 0..<3 {
                let key = SessionKey(agent: AgentFixture.agent, rest: "peer\(number)")
                let turn = try await fixture.accept("x", run: "r\(number)", session: key)
                turns.append(turn)
                _ = try await fixture.supervisor.submit(turn)
            }
            await fixture.time.waitForSleepers(2)
            #expect(fixture.model.requests.count == 2)
            #expect(fixture.supervisor.turnCount == 3)
            fixture.time.advance(by: .seconds(1))
            await fixture.model.waitForRequests(3)
            await fixture.time.waitForSleepers(1)
            fixture.time.advance(by: .seconds(1))
            for turn in turns {
                _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
                #expect(try await fixture.outcome(of: turn) == .delivered)
            }
        }
    }

    @Test func drainingRefusesClientsAndKeepsChannelMessages() async throws {
        let fixture = try AgentFixture([[.wait(.seconds(2)), .batch([.text("Done.")])]])
        let first = try await fixture.accept("a", run: "r1")
        let late = try await fixture.accept("b", run: "r2")
        let lateOnChannel = try await fixture.accept("c", run: "r3", target: .channel(TurnTests.route))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await fixture.supervisor.run() }
            _ = try await fixture.supervisor.submit(first)
            await fixture.time.waitForSleepers(1)
            group.addTask { await fixture.supervisor.drain(grace: .seconds(10)) }
            await fixture.time.waitForSleepers(2)
            #expect(try await fixture.supervisor.submit(late) == .refused(reason: "draining"))
            #expect(try await fixture.supervisor.submit(lateOnChannel) == .refused(reason: "draining"))
            fixture.time.advance(by: .seconds(2))
            try await group.waitForAll()
        }
        #expect(try await fixture.outcome(of: first) == .delivered)
        #expect(try await fixture.outcome(of: late) == .refused(reason: "draining"))
        #expect(try await fixture.outcome(of: lateOnChannel) == nil)
    }

    @Test func cancellationOfTheServiceEndsIt() async throws {
        let fixture = try AgentFixture([[.hang]])
        let turn = try await fixture.accept("a", run: "r1")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await fixture.supervisor.run() }
            do { _ = try await fixture.supervisor.submit(turn) } catch { Issue.record(error) }
            await fixture.time.waitForSleepers(1)
            group.cancelAll()
        }
        #expect(try await fixture.outcome(of: turn) == nil)
        #expect(fixture.sink.bodies(of: "r1").last == .aborted(reason: .shutdown, partialText: ""))
    }

    @Test func endedRunsAreRememberedTenMinutes() async throws {
        let fixture = try AgentFixture([.answer("ok")])
        try await fixture.run { try await fixture.say("hi", run: "r1") }
        let registry = fixture.supervisor.registry
        #expect(registry.status(of: RunID("r1")) == .finished(startedAt: 1_772_352_000_000, endedAt: 1_772_352_000_000))
        fixture.time.advance(by: .seconds(601))
        #expect(registry.status(of: RunID("r1")) == .unknown)
        #expect(await registry.wait(for: RunID("r1"), timeout: .seconds(5)) == .unknown)
    }

    @Test func waitingForARunTimesOut() async throws {
        let fixture = try AgentFixture([[.hang]])
        try await fixture.run {
            let turn = try await fixture.accept("a", run: "r1")
            _ = try await fixture.supervisor.submit(turn)
            await fixture.time.waitForSleepers(1)
            async let status = fixture.supervisor.wait(for: turn.run, timeout: .seconds(30))
            await fixture.time.waitForSleepers(2)
            fixture.time.advance(by: .seconds(30))
            #expect(await status == .running(startedAt: 1_772_352_000_000))
        }
    }
}
