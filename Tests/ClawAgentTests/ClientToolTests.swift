import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// Tools that the asker runs: a call ends the turn, and its output begins another one.
struct ClientToolTests {
    private static let weather = ToolDefinition(
        name: "weather", summary: "The weather.", description: "The weather.", parameters: ["type": "object"],
        group: "client")
    private static let tools = ClientTools([weather], callPrefix: "call_r1")

    private func ask(
        _ fixture: AgentFixture, _ text: String, run: String, outputs: ClientCallOutputs? = nil, tools: ClientTools?
    ) async throws -> PendingTurn {
        var turn = try await fixture.accept(text, run: run)
        turn.clientTools = tools
        turn.callOutputs = outputs
        _ = try await fixture.supervisor.submit(turn)
        _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
        return turn
    }

    private func last(_ fixture: AgentFixture, run: String) -> (calls: [ToolCall], text: String, usage: TokenUsage?)? {
        guard let event = fixture.sink.events.last(where: { $0.run == RunID(run) }),
            case .finished(let message, let text) = event.body
        else { return nil }
        return (message?.toolCalls ?? [], text, event.usage)
    }

    @Test func aCallIsHandedOverAndItsOutputGoesOn() async throws {
        let own = ScriptedTool("look") { _ in .text("seen") }
        let fixture = try AgentFixture(
            [
                .calls([ToolCall(id: "a", name: "look", arguments: [:])], text: "I look."),
                .calls([
                    ToolCall(id: "a", name: "weather", arguments: ["city": "Bonn"]),
                    ToolCall(id: "b", name: "look", arguments: [:]),
                    ToolCall(id: "c", name: "weather", arguments: ["city": "Ulm"]),
                ]), .answer("Rain in both."),
            ], tools: [own])
        try await fixture.run {
            let first = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            #expect(try await fixture.outcome(of: first) == .delivered)
            let calls = [
                ToolCall(id: "call_r1_1", name: "weather", arguments: ["city": "Bonn"]),
                ToolCall(id: "call_r1_2", name: "weather", arguments: ["city": "Ulm"]),
            ]
            #expect(last(fixture, run: "r1")?.calls == calls)
            #expect(last(fixture, run: "r1")?.text == "I look.")
            let usage = try #require(last(fixture, run: "r1")?.usage)
            #expect([usage.input, usage.output] == [40, 14])
            let outputs = ClientCallOutputs([
                .init(call: "call_r1_1", text: "rain"), .init(call: "call_r1_2", text: "more rain"),
            ])
            _ = try await ask(fixture, "(as text)", run: "r2", outputs: outputs, tools: Self.tools)
            #expect(last(fixture, run: "r2")?.text == "Rain in both.")
        }
        // The client's calls are not run here, and each has one result.
        #expect(own.invocations.map(\.callID) == ["a", "b"])
        #expect(
            try await fixture.story() == [
                "user: \(stamp)Weather?", "assistant(toolUse): I look. <look a>", "result a: seen",
                "assistant(toolUse):  <weather call_r1_1> <look b> <weather call_r1_2>", "result b: seen",
                "result call_r1_1: rain", "result call_r1_2: more rain", "assistant(stop): Rain in both.",
            ])
        let asked = fixture.model.requests
        #expect(asked[0].tools.map(\.name) == ["look", "weather"])
        #expect(
            asked[2].messages.suffix(3).map { if case .toolResult(let it) = $0 { it.toolCallID } else { "?" } }
                == ["call_r1_1", "b", "call_r1_2"])
    }

    @Test func nothingSaidIsNoFailure() async throws {
        let fixture = try AgentFixture([.calls([ToolCall(id: "a", name: "weather", arguments: [:])])])
        try await fixture.run {
            let turn = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            #expect(try await fixture.outcome(of: turn) == .silent(reason: "the client runs weather"))
            #expect(last(fixture, run: "r1")?.calls.map(\.id) == ["call_r1_1"])
        }
    }

    /// A function with the name of one of the agent's tools takes its place, and only in this turn.
    @Test func theClientsToolGoesFirst() async throws {
        let own = ScriptedTool("weather") { _ in .text("own") }
        let call = ToolCall(id: "a", name: "weather", arguments: [:])
        let fixture = try AgentFixture([.calls([call]), .calls([call]), .answer("Done.")], tools: [own])
        try await fixture.run {
            _ = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            #expect(own.invocations.isEmpty)
            _ = try await ask(fixture, "Weather?", run: "r2", tools: nil)
            #expect(own.invocations.count == 1)
        }
        #expect(fixture.model.requests.map { $0.tools.count } == [1, 1, 1])
    }

    @Test func whatThePersonSaysAfterTheOutputFollowsIt() async throws {
        let fixture = try AgentFixture([.calls([ToolCall(id: "a", name: "weather", arguments: [:])]), .answer("Yes.")])
        try await fixture.run {
            _ = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            let outputs = ClientCallOutputs([.init(call: "call_r1_1", text: "")], text: "And?")
            _ = try await ask(fixture, "(as text)", run: "r2", outputs: outputs, tools: nil)
        }
        #expect(
            try await fixture.story().suffix(3) == [
                "result call_r1_1: ", "user: \(stamp)And?", "assistant(stop): Yes.",
            ])
    }

    /// An output that nothing waits for is read as a text: the session was reset, or somebody spoke in between.
    @Test(arguments: ["call_other_1", "call_r1_1"])
    func anOutputThatNothingWaitsForIsText(_ call: String) async throws {
        let fixture = try AgentFixture([
            .calls([ToolCall(id: "a", name: "weather", arguments: [:])]), .answer("Hm."), .answer("I see."),
        ])
        try await fixture.run {
            _ = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            if call == "call_r1_1" { try await fixture.say("Never mind.", run: "r2") }
            let outputs = ClientCallOutputs([.init(call: call, text: "rain")])
            _ = try await ask(fixture, "Tool:\(call): rain", run: "r3", outputs: outputs, tools: nil)
        }
        #expect(try await fixture.story().contains("user: \(stamp)Tool:\(call): rain"))
        #expect(try await !fixture.story().contains { $0.hasPrefix("result \(call)") })
    }

    /// The model is not told that something broke off, which is what a call without a result is otherwise.
    @Test func aCallThatTheClientLeavesOutHasNoOutput() async throws {
        let calls = ["a", "b"].map { ToolCall(id: $0, name: "weather", arguments: [:]) }
        let fixture = try AgentFixture([.calls(calls), .answer("Done.")])
        try await fixture.run {
            _ = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            let outputs = ClientCallOutputs([.init(call: "call_r1_2", text: "rain")])
            _ = try await ask(fixture, "-", run: "r2", outputs: outputs, tools: nil)
        }
        let story = try await fixture.story()
        #expect(
            story.suffix(3) == [
                "result call_r1_2: rain", "result call_r1_1 error: The client returned no output.",
                "assistant(stop): Done.",
            ])
    }

    /// Clients send whole conversations: what has a result already is passed over.
    @Test func outputsOfEarlierCallsArePassedOver() async throws {
        let call = ToolCall(id: "a", name: "weather", arguments: [:])
        let fixture = try AgentFixture([.calls([call]), .calls([call]), .answer("Done.")])
        try await fixture.run {
            _ = try await ask(fixture, "Weather?", run: "r1", tools: Self.tools)
            let first = ClientCallOutputs.Output(call: "call_r1_1", text: "rain")
            let again = ClientTools([Self.weather], callPrefix: "call_r2")
            _ = try await ask(fixture, "-", run: "r2", outputs: ClientCallOutputs([first]), tools: again)
            let second = ClientCallOutputs.Output(call: "call_r2_1", text: "sun")
            _ = try await ask(fixture, "-", run: "r3", outputs: ClientCallOutputs([first, second]), tools: nil)
        }
        #expect(
            try await fixture.story() == [
                "user: \(stamp)Weather?", "assistant(toolUse):  <weather call_r1_1>", "result call_r1_1: rain",
                "assistant(toolUse):  <weather call_r2_1>", "result call_r2_1: sun", "assistant(stop): Done.",
            ])
    }
}
