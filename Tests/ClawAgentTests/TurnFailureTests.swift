import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct TurnFailureTests {
    @Test func nextModelAnswersWhenTheFirstCannot() async throws {
        for reason in [ProviderError.Reason.auth, .billing, .modelNotFound, .rateLimit, .server] {
            let fixture = try AgentFixture(
                [[.batch([.text("Half an ans")]), .fail(ProviderError(reason, "No."))]], other: [.answer("Here.")])
            fixture.change { $0.fallbacks = [ModelReference(provider: "spare", model: "one")] }
            try await fixture.run { try await fixture.say("hi", run: "r1") }
            let bodies = fixture.sink.bodies(of: "r1")
            #expect(bodies.contains(.text(full: "", delta: "")), "the half answer is taken back")
            #expect(
                bodies.contains(
                    .fallback(
                        selected: ModelReference(provider: "scripted", model: "one"),
                        active: ModelReference(provider: "spare", model: "one"), reason: reason.rawValue)))
            #expect(try await fixture.story() == ["user: \(stamp)hi", "assistant(stop): Here."])
            let entry = try #require(try await fixture.sessions.record(AgentFixture.session)).entry
            #expect(entry["modelProvider"] == "spare")
        }
    }

    @Test func whenAllModelsFailThePersonIsTold() async throws {
        let fixture = try AgentFixture(
            [.failure(.auth, "The key is wrong.")], other: [.failure(.billing, "Out of credit.")])
        fixture.change { $0.fallbacks = [ModelReference(provider: "spare", model: "one")] }
        let message = "All models failed. scripted/one: The key is wrong. | spare/one: Out of credit."
        try await fixture.run {
            let turn = try await fixture.accept("hi", run: "r1", target: .channel(TurnTests.route))
            _ = try await fixture.supervisor.submit(turn)
            let status = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            guard case .failed(_, _, message) = status else {
                Issue.record("\(status)")
                return
            }
            #expect(try await fixture.outcome(of: turn) == .failed(reason: message, told: true))
            let sent = try await fixture.journal.unfinished(.delivery).compactMap { $0.payload?["text"]?.stringValue }
            #expect(sent.joined(separator: " ") == "I could not answer: \(message)")
        }
        #expect(fixture.sink.bodies(of: "r1").last == .failed(message: message))
        #expect(try await fixture.story() == ["user: \(stamp)hi", "assistant(error): "])
    }

    @Test func overflowTrimsHarderAndAsksTheSameModelAgain() async throws {
        let fixture = try AgentFixture(
            [
                .answer(String(repeating: "word ", count: 4000)), .failure(.contextOverflow),
                .failure(.contextOverflow), .answer("Short."),
            ], contextWindow: 12_000)
        try await fixture.run {
            try await fixture.say("one", run: "r1")
            try await fixture.say("two", run: "r2")
        }
        let sizes = fixture.model.requests.map { request in
            request.messages.reduce(0) { $0 + TokenEstimate.tokens(in: $1) }
        }
        #expect(sizes.count == 4)
        #expect(sizes[1] > sizes[2] && sizes[2] >= sizes[3])
        #expect(fixture.sink.bodies(of: "r2").last.map { if case .finished = $0 { true } else { false } } == true)
    }

    @Test func overflowThatNeverEndsIsAnError() async throws {
        let fixture = try AgentFixture(
            Array(repeating: .failure(.contextOverflow, "Too long."), count: 5), other: [.answer("no")])
        fixture.change { $0.fallbacks = [ModelReference(provider: "spare", model: "one")] }
        try await fixture.run { try await fixture.say("hi", run: "r1") }
        #expect(fixture.model.requests.count == 4)
        #expect(fixture.other.requests.isEmpty)
        #expect(
            fixture.sink.bodies(of: "r1").last
                == .failed(message: "The conversation does not fit the model's window: Too long."))
    }

    @Test func unknownAgentIsAnError() async throws {
        let fixture = try AgentFixture()
        try await fixture.run {
            var turn = try await fixture.accept("hi", run: "r1")
            turn.agent = AgentID(normalizing: "ghost").unsafelyKnown
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            #expect(
                try await fixture.outcome(of: turn) == .failed(reason: "There is no agent \"ghost\".", told: true))
        }
        #expect(fixture.sink.bodies(of: "r1") == [.started, .failed(message: "There is no agent \"ghost\".")])
    }

    @Test func storeThatFailsIsReported() async throws {
        let fixture = try AgentFixture([.answer("lost")])
        let turn = try await fixture.accept("hi", run: "r1")
        await fixture.journal.close()
        try await fixture.run {
            _ = try await fixture.supervisor.submit(turn)
            let status = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            guard case .failed(_, _, "The journal is closed.") = status else {
                Issue.record("\(status)")
                return
            }
        }
        #expect(fixture.sink.bodies(of: "r1").last == .failed(message: "The journal is closed."))
    }

    @Test func resetInTheMiddleIsAnErrorAndNothingIsMixed() async throws {
        let fixture = try AgentFixture()
        fixture.model.append([
            .act {
                do { _ = try await fixture.sessions.reset(AgentFixture.session, reason: .reset) } catch {
                    Issue.record(error)
                }
            }, .batch([.text("late"), .finished(.stop)]),
        ])
        try await fixture.run {
            let turn = try await fixture.accept("hi", run: "r1")
            _ = try await fixture.supervisor.submit(turn)
            _ = await fixture.supervisor.wait(for: turn.run, timeout: .seconds(60))
            guard case .failed(let reason, true)? = try await fixture.outcome(of: turn) else {
                Issue.record("no failure")
                return
            }
            #expect(reason.hasPrefix("Session agent:main:main was reset"))
        }
        #expect(try await fixture.story().isEmpty)
    }
}
