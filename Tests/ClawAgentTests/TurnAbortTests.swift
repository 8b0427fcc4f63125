import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct TurnAbortTests {
    @Test func abortKeepsWhatWasSaid() async throws {
        for (reason, origin) in [(AbortReason.rpc, "rpc"), (.stop, "stop-command")] {
            let fixture = try AgentFixture([[.batch([.text("Once upon a")]), .hang]])
            try await fixture.run {
                let turn = try await fixture.accept("tell", run: "r1")
                _ = try await fixture.supervisor.submit(turn)
                await fixture.time.waitForSleepers(1)
                let aborted = await fixture.supervisor.abort(session: nil, run: turn.run, reason: reason)
                #expect(aborted == [RunID("r1")])
                let status = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
                #expect(
                    status == .aborted(startedAt: 1_772_352_000_000, endedAt: 1_772_352_000_000, reason: reason))
                #expect(try await fixture.outcome(of: turn) == .silent(reason: "stopped (\(reason.rawValue))"))
            }
            #expect(try await fixture.story() == ["user: \(stamp)tell", "assistant(aborted): Once upon a"])
            #expect(fixture.sink.bodies(of: "r1").last == .aborted(reason: reason, partialText: "Once upon a"))
            let record = try #require(try await fixture.sessions.record(AgentFixture.session))
            #expect(record.entry["abortedLastRun"] == true)
            let last = try #require(try await fixture.sessions.history(record, limit: 1).first)
            #expect(
                last["message"]?["openclawAbort"]
                    == ["aborted": true, "origin": .string(origin), "runId": "r1"])
            #expect(last["message"]?["idempotencyKey"] == "r1:assistant")
        }
    }

    @Test func abortWhileAToolRunsLeavesALegalHistory() async throws {
        let time = ManualTimeSource()
        let tool = ScriptedTool("slow") { _ in
            do { try await time.sleep(for: .seconds(3600)) } catch { return .failure("ended early") }
            return .text("never")
        }
        let fixture = try AgentFixture(
            [
                .calls(
                    [
                        ToolCall(id: "a", name: "slow", arguments: [:]),
                        ToolCall(id: "b", name: "slow", arguments: [:]),
                    ], text: "Working.")
            ], tools: [tool])
        try await fixture.run {
            let turn = try await fixture.accept("work", run: "r1")
            _ = try await fixture.supervisor.submit(turn)
            await time.waitForSleepers(1)
            _ = await fixture.supervisor.abort(session: AgentFixture.session, run: nil, reason: .stop)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
        }
        #expect(tool.invocations.count == 1)
        #expect(
            try await fixture.story() == [
                "user: \(stamp)work", "assistant(toolUse): Working. <slow a> <slow b>", "result a error: ended early",
                "result b error: The call was not made: the run was aborted.",
            ])
    }

    @Test func timeoutIsToldToThePerson() async throws {
        let fixture = try AgentFixture([[.batch([.text("Hm")]), .hang]])
        fixture.change { $0.timeout = .seconds(600) }
        try await fixture.run {
            let turn = try await fixture.accept("think", run: "r1", target: .channel(TurnTests.route))
            _ = try await fixture.supervisor.submit(turn)
            await fixture.time.waitForSleepers(2)
            fixture.time.advance(by: .seconds(600))
            let status = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(
                status == .aborted(startedAt: 1_772_352_000_000, endedAt: 1_772_352_600_000, reason: .timeout))
            #expect(
                try await fixture.outcome(of: turn)
                    == .failed(reason: "The run took longer than it may and was ended.", told: true))
            #expect(try await fixture.journal.unfinished(.delivery).isEmpty == false)
        }
        #expect(fixture.sink.bodies(of: "r1").last == .aborted(reason: .timeout, partialText: "Hm"))
    }

    @Test func toolThatTakesTooLongIsEnded() async throws {
        let fixture = try AgentFixture()
        let tool = ScriptedTool("slow") { [time = fixture.time] _ in
            do { try await time.sleep(for: .seconds(3600)) } catch { return .text("x") }
            return .text("never")
        }
        let dispatcher = ToolDispatcher(table: ToolTable([tool]), time: fixture.time)
        let invocation = ToolInvocation(
            callID: "c", arguments: [:], agent: AgentFixture.agent, session: AgentFixture.session, run: RunID("r"),
            workspace: "/w", senderIsOwner: true)
        async let result = dispatcher.dispatch(
            "slow", invocation, policy: ToolPolicy(), timeout: .seconds(30), limit: 1000)
        await fixture.time.waitForSleepers(2)
        fixture.time.advance(by: .seconds(30))
        #expect(await result == .failure("The tool did not finish within 30 seconds and was ended."))
    }

    @Test func shutdownLeavesTheTurnOpenAndTheNextStartGoesOn() async throws {
        let folder = try TemporaryDirectory("agent")
        let tool = ScriptedTool("count")
        let call: [ScriptedModel.Step] = .calls([ToolCall(id: "c1", name: "count", arguments: [:])], text: "Counting.")
        var turn: PendingTurn?
        do {
            let fixture = try AgentFixture([call, [.batch([.text("Half")]), .hang]], tools: [tool], in: folder)
            let accepted = try await fixture.accept("count", run: "r1")
            turn = accepted
            try await fixture.run {
                _ = try await fixture.supervisor.submit(accepted)
                await fixture.model.waitForRequests(2)
                await fixture.time.waitForSleepers(1)
            }
            #expect(try await fixture.outcome(of: accepted) == nil)
            #expect(fixture.sink.bodies(of: "r1").last == .aborted(reason: .shutdown, partialText: "Counting.\n\nHalf"))
            await fixture.journal.close()
        }
        let fixture = try AgentFixture([.answer("Three.")], tools: [tool], in: folder)
        var again = try #require(turn)
        again.isRecovered = true
        let recovered = again
        try await fixture.run {
            #expect(try await fixture.journal.unfinished(.inbound).map(\.id) == [recovered.work])
            _ = try await fixture.supervisor.submit(recovered)
            _ = await fixture.supervisor.wait(for: recovered.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: recovered) == .delivered)
        }
        #expect(tool.invocations.count == 1)
        #expect(
            try await fixture.story() == [
                "user: \(stamp)count", "assistant(toolUse): Counting. <count c1>", "result c1: done",
                "assistant(stop): Three.",
            ])
    }

    @Test func callThatWasInterruptedIsNotRunAgain() async throws {
        let folder = try TemporaryDirectory("agent")
        let tool = ScriptedTool("launch")
        let first = try AgentFixture(tools: [tool], in: folder)
        var turn = try await first.accept("launch", run: "r1")
        // What the journal holds when the process dies while the tool runs.
        let record = try await first.sessions.open(AgentFixture.session, agent: AgentFixture.agent)
        let call = ToolCall(id: "c1", name: "launch", arguments: [:])
        var commit = TurnCommit(session: record.key, sessionID: record.sessionID)
        commit.entries = [
            TranscriptEntry(.user(UserMessage(content: [.text("launch")], timestamp: 1)), entropy: first.entropy),
            TranscriptEntry(
                .assistant(
                    AssistantMessage(
                        content: [.toolCall(call)], api: "x", model: first.model.models[0].reference,
                        usage: TokenUsage(), stopReason: .toolUse, timestamp: 2)), entropy: first.entropy),
        ]
        commit.toolStarts = [ToolCallStart(run: turn.run, callID: "c1", name: "launch", arguments: [:])]
        try await first.journal.commit(commit)
        await first.journal.close()

        let second = try AgentFixture([.answer("It was interrupted.")], tools: [tool], in: folder)
        turn.isRecovered = true
        let recovered = turn
        try await second.run {
            _ = try await second.supervisor.submit(recovered)
            _ = await second.supervisor.wait(for: recovered.run, timeout: .seconds(60))
            #expect(try await second.outcome(of: recovered) == .delivered)
        }
        #expect(tool.invocations.isEmpty)
        #expect(
            try await second.story() == [
                "user: launch", "assistant(toolUse):  <launch c1>", "result c1 error: interrupted by restart",
                "assistant(stop): It was interrupted.",
            ])
    }
}
