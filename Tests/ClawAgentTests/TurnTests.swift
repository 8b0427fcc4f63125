import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct TurnTests {
    @Test func plainTurnEndsWithOneAnswerAndOneOutcome() async throws {
        let fixture = try AgentFixture([
            [
                .batch([.text("Hel")]),
                .batch([
                    .text("lo."), .usage(TokenUsage(input: 100, output: 5, cacheRead: 20, cacheWrite: 3)),
                    .finished(.stop),
                ]),
            ]
        ])
        try await fixture.run {
            let turn = try await fixture.accept("Hi there", run: "r1")
            #expect(try await fixture.supervisor.submit(turn) == .started)
            let status = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(status == .finished(startedAt: 1_772_352_000_000, endedAt: 1_772_352_000_000))
            #expect(try await fixture.outcome(of: turn) == .delivered)
        }
        #expect(try await fixture.story() == ["user: \(stamp)Hi there", "assistant(stop): Hello."])
        let bodies = fixture.sink.bodies(of: "r1")
        #expect(bodies.count == 4)
        #expect(bodies[0] == .started)
        #expect(bodies[1] == .text(full: "Hel", delta: "Hel"))
        #expect(bodies[2] == .text(full: "Hello.", delta: "lo."))
        guard case .finished(let message?, "Hello.") = bodies[3] else {
            Issue.record("not finished: \(bodies[3])")
            return
        }
        #expect(message.api == "scripted-messages")
        #expect(fixture.sink.events.map(\.sequence) == [1, 2, 3, 4])
        let entry = try #require(try await fixture.sessions.record(AgentFixture.session)).entry
        let expected: JSONObject = [
            "inputTokens": 100, "outputTokens": 5, "cacheRead": 20, "cacheWrite": 3, "totalTokens": 123,
            "totalTokensFresh": true, "contextTokens": 100_000, "modelProvider": "scripted", "model": "one",
            "systemSent": true, "abortedLastRun": false, "updatedAt": 1_772_352_000_000,
        ]
        for (name, value) in expected { #expect(entry[name] == value, "\(name)") }
    }

    /// A caller may ask for a shorter answer than the model can give, never for a longer one.
    @Test(arguments: [(50, 50), (nil, 4096), (9999, 4096)] as [(Int?, Int)])
    func theLengthOfAnAnswerCanBeBounded(_ limit: Int?, _ expected: Int) async throws {
        let fixture = try AgentFixture([.answer("One.")])
        try await fixture.run {
            var turn = try await fixture.accept("Hi", run: "r1")
            turn.maximumOutputTokens = limit
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
        }
        #expect(fixture.model.requests.map(\.model.maxOutputTokens) == [expected])
    }

    @Test func secondTurnSeesTheFirst() async throws {
        let fixture = try AgentFixture([.answer("One."), .answer("Two.")])
        try await fixture.run {
            try await fixture.say("first", run: "r1")
            try await fixture.say("second", run: "r2")
        }
        #expect(fixture.model.requests.count == 2)
        #expect(fixture.model.requests[1].messages.count == 3)
        #expect(fixture.model.requests[1].system == fixture.model.requests[0].system)
        #expect(
            try await fixture.story() == [
                "user: \(stamp)first", "assistant(stop): One.", "user: \(stamp)second", "assistant(stop): Two.",
            ])
    }

    @Test func toolRoundIsRecordedBeforeAndAfter() async throws {
        let tool = ScriptedTool("look") { .text("saw \($0.arguments["text"]?.stringValue ?? "")") }
        let fixture = try AgentFixture(
            [
                .calls([ToolCall(id: "c1", name: "look", arguments: ["text": "left"])], text: "Looking."),
                .calls([ToolCall(id: "c1", name: "look", arguments: ["text": "right"])]),
                .answer("Nothing there."),
            ], tools: [tool])
        try await fixture.run { try await fixture.say("look around", run: "r1") }
        #expect(
            try await fixture.story() == [
                "user: \(stamp)look around", "assistant(toolUse): Looking. <look c1>", "result c1: saw left",
                "assistant(toolUse):  <look c1_2>", "result c1_2: saw right", "assistant(stop): Nothing there.",
            ])
        let calls = try await fixture.journal.toolCalls(run: RunID("r1"))
        #expect(calls.map(\.callID) == ["c1", "c1_2"])
        #expect(calls.map(\.result) == ["saw left", "saw right"])
        #expect(tool.invocations.map(\.session) == [AgentFixture.session, AgentFixture.session])
        #expect(fixture.dispatcher.counts == .init(checked: 2, denied: 0, executed: 2))
        let texts = fixture.sink.bodies(of: "r1").compactMap { body -> String? in
            if case .text(let full, _) = body { full } else { nil }
        }
        #expect(texts == ["Looking.", "Looking.\n\nNothing there."])
        let entry = try #require(try await fixture.sessions.record(AgentFixture.session)).entry
        #expect(entry["inputTokens"] == 50)
        #expect(entry["totalTokens"] == 10)
    }

    @Test func badCallsAreResultsThatTheModelReads() async throws {
        let tool = ScriptedTool(
            "look", parameters: ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]])
        let denied = ScriptedTool("forbidden")
        let fixture = try AgentFixture(
            [
                .calls([
                    ToolCall(id: "a", name: "nothing", arguments: [:]),
                    ToolCall(id: "b", name: "look", arguments: ["n": "x"]),
                    ToolCall(id: "c", name: "look", arguments: [:]),
                    ToolCall(id: "d", name: "forbidden", arguments: [:]),
                ]), .answer("Sorry."),
            ], tools: [tool, denied])
        fixture.change { $0.tools.steps = [.init(deny: ["forbid*"])] }
        try await fixture.run { try await fixture.say("go", run: "r1") }
        #expect(
            try await fixture.story()[2...5] == [
                "result a error: There is no tool named \"nothing\". Tools: forbidden, look.",
                "result b error: The arguments of look do not fit its schema: n must be an integer, not a string.",
                "result c error: The arguments of look do not fit its schema: n is required.",
                "result d error: The tool forbidden is not available in this turn: the configuration denies it.",
            ])
        #expect(tool.invocations.isEmpty)
        #expect(denied.invocations.isEmpty)
        #expect(fixture.model.requests[0].tools.map(\.name) == ["look"])
        #expect(fixture.dispatcher.counts == .init(checked: 4, denied: 1, executed: 0))
    }

    @Test func pendingResultEndsTheTurn() async throws {
        let tool = ScriptedTool("ask") { _ in
            ToolResult(content: [.text("waiting for approval")], pending: WorkID("w77"))
        }
        let fixture = try AgentFixture(
            [.calls([ToolCall(id: "c1", name: "ask", arguments: [:])])], tools: [tool])
        try await fixture.run {
            let turn = try await fixture.accept("do it", run: "r1")
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: turn) == .silent(reason: "waits for w77"))
        }
        #expect(fixture.model.requests.count == 1)
        #expect(fixture.sink.bodies(of: "r1").last == .finished(message: nil, text: ""))
    }

    @Test func toolRoundsAreBounded() async throws {
        let tool = ScriptedTool("look")
        let call: [ScriptedModel.Step] = .calls([ToolCall(id: "c", name: "look", arguments: [:])])
        let fixture = try AgentFixture([call, call, call], tools: [tool])
        fixture.change { $0.maximumToolRounds = 2 }
        try await fixture.run { try await fixture.say("loop", run: "r1") }
        #expect(tool.invocations.count == 2)
        #expect(
            fixture.sink.bodies(of: "r1").last
                == .failed(message: "The agent called tools 2 times without coming to an answer."))
    }

    @Test func silenceIsAnOutcomeAndNeverText() async throws {
        let fixture = try AgentFixture([.answer(" NO_REPLY\n")])
        try await fixture.run {
            let turn = try await fixture.accept("fyi", run: "r1", target: .channel(Self.route))
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(try await fixture.outcome(of: turn) == .silent(reason: "the agent chose not to answer"))
        }
        #expect(fixture.sink.bodies(of: "r1") == [.started, .finished(message: nil, text: "")])
        #expect(try await fixture.journal.unfinished(.delivery).isEmpty)
    }

    @Test func emptyAnswerIsAVisibleError() async throws {
        let fixture = try AgentFixture([.answer("")])
        try await fixture.run {
            let turn = try await fixture.accept("hello?", run: "r1")
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(
                try await fixture.outcome(of: turn)
                    == .failed(reason: "The model ended its turn without an answer.", told: true))
        }
        #expect(
            fixture.sink.bodies(of: "r1")
                == [.started, .failed(message: "The model ended its turn without an answer.")])
    }

    static let route = ChannelRoute(
        channel: ChannelID("irc"), account: .default, peer: Peer(kind: .direct, id: "alice"), currentMessage: "m5",
        textLimit: 40)

    @Test func answerToAChannelGoesThroughTheOutbox() async throws {
        let fixture = try AgentFixture([
            .answer("[[reply_to_current]] First paragraph of the answer.\n\nSecond paragraph.")
        ])
        try await fixture.run {
            let turn = try await fixture.accept("hi", run: "r1", target: .channel(Self.route))
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            // The row ends with its messages, not before.
            #expect(try await fixture.outcome(of: turn) == nil)
            let rows = try await fixture.journal.unfinished(.delivery)
            let messages = rows.compactMap { $0.payload.flatMap(OutboundMessage.init(payload:)) }
            #expect(messages.map(\.text) == ["First paragraph of the answer.", "Second paragraph."])
            #expect(messages.map(\.replyTo) == ["m5", nil])
            #expect(rows.map(\.parent) == [turn.work, turn.work])
            for row in rows {
                #expect(try await fixture.journal.claim(row.id))
                try await fixture.journal.finish(row.id, .delivered)
            }
            #expect(try await fixture.outcome(of: turn) == .delivered)
        }
    }
}
