import ClawCore
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

@testable import ClawProviders

/// A provider that plays one scripted attempt after the other.
private final class ScriptedAttempts: ModelProvider {
    struct Attempt: Sendable {
        var events: [ModelEvent]
        var error: (any Error)?
    }

    let id = "scripted"
    let api = "scripted"
    let models: [ModelDescription] = []
    private let state: Mutex<(next: Int, attempts: [Attempt])>

    init(_ attempts: [Attempt]) { state = Mutex((0, attempts)) }

    var calls: Int { state.withLock { $0.next } }

    func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let attempt = state.withLock { state in
            state.next += 1
            return state.attempts[min(state.next, state.attempts.count) - 1]
        }
        if !attempt.events.isEmpty { try await emit(attempt.events) }
        if let error = attempt.error { throw error }
    }
}

@Suite struct RetryingProviderTests {
    private let overload = ProviderError(.rateLimit, "Overloaded.", status: 529)
    private let answer: [ModelEvent] = [.text("Hello"), .finished(.stop)]
    private let request = ModelRequest(
        model: ModelDescription(
            reference: ModelReference(provider: "scripted", model: "m"), name: "m", contextWindow: 1000,
            maxOutputTokens: 100), system: "", messages: [], tools: [])

    /// Runs the attempts and moves the clock on by each wait in turn, as the provider asks for it.
    private func run(
        _ attempts: [ScriptedAttempts.Attempt], waits: [Duration], policy: RetryPolicy = RetryPolicy()
    ) async -> (calls: Int, events: [ModelEvent], error: (any Error)?) {
        let time = ManualTimeSource()
        let scripted = ScriptedAttempts(attempts)
        let provider = RetryingProvider(scripted, policy: policy, time: time, entropy: ZeroEntropy())
        let request = request
        let call = { @Sendable () async -> ([ModelEvent], (any Error)?) in
            var events: [ModelEvent] = []
            do {
                try await provider.respond(to: request) { events += $0 }
                return (events, nil)
            } catch {
                return (events, error)
            }
        }
        async let outcome = call()
        for wait in waits {
            await time.waitForSleepers(1)
            time.advance(by: wait - .milliseconds(1))
            #expect(time.sleeperCount == 1)
            time.advance(by: .milliseconds(1))
        }
        let (events, error) = await outcome
        return (scripted.calls, events, error)
    }

    private struct ZeroEntropy: Entropy {
        func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    @Test func callsOnceWhenAllIsWell() async {
        let result = await run([.init(events: answer)], waits: [])
        #expect(result.calls == 1)
        #expect(result.events == answer)
    }

    @Test func waitsLongerEachTime() async {
        let result = await run(
            [.init(events: [], error: overload), .init(events: [], error: overload), .init(events: answer)],
            waits: [.milliseconds(500), .seconds(1)])
        #expect(result.calls == 3)
        #expect(result.events == answer)
        #expect(result.error == nil)
    }

    @Test func voidsWhatWasSaidBefore() async {
        let result = await run(
            [.init(events: [.text("Hel")], error: overload), .init(events: answer)], waits: [.milliseconds(500)])
        #expect(result.events == [.text("Hel"), .restarted(reason: "Overloaded."), .text("Hello"), .finished(.stop)])
    }

    @Test func waitsAsLongAsTheVendorAsks() async {
        var limited = overload
        limited.retryAfter = .seconds(30)
        let result = await run([.init(events: [], error: limited), .init(events: answer)], waits: [.seconds(30)])
        #expect(result.calls == 2)
        #expect(result.events == answer)
    }

    @Test func givesUpAtOnceWhenTheVendorAsksForMoreThanTheBudget() async {
        var limited = overload
        limited.retryAfter = .seconds(600)
        let result = await run([.init(events: [], error: limited)], waits: [])
        #expect(result.calls == 1)
        #expect(result.error as? ProviderError == limited)
    }

    @Test func endsWithAVendorThatFailsForEver() async {
        let result = await run(
            [.init(events: [], error: overload)], waits: [.milliseconds(500), .seconds(1), .seconds(2)])
        #expect(result.calls == 4)
        #expect(result.error as? ProviderError == overload)
    }

    @Test func keepsTheBudgetOfTime() async {
        let policy = RetryPolicy(
            attempts: 100, budget: .seconds(10), backoff: Backoff(first: .seconds(4), factor: 1, maximum: .seconds(4)))
        let result = await run(
            [.init(events: [], error: overload)], waits: [.seconds(4), .seconds(4)], policy: policy)
        #expect(result.calls == 3)
        #expect(result.error as? ProviderError == overload)
    }

    @Test(arguments: [
        ProviderError.Reason.auth, .billing, .format, .contextOverflow, .modelNotFound,
    ])
    func doesNotRepeatWhatCannotWork(reason: ProviderError.Reason) async {
        let error = ProviderError(reason, "No.")
        let result = await run([.init(events: [], error: error)], waits: [])
        #expect(result.calls == 1)
        #expect(result.error as? ProviderError == error)
    }

    @Test func doesNotRepeatForAConsumerThatFails() async {
        let scripted = ScriptedAttempts([.init(events: answer)])
        let provider = RetryingProvider(
            scripted, policy: RetryPolicy(), time: ManualTimeSource(), entropy: ZeroEntropy())
        await #expect(throws: overload) { try await provider.respond(to: request) { _ in throw overload } }
        #expect(scripted.calls == 1)
    }

    @Test func stopsWaitingWhenCancelled() async throws {
        let time = ManualTimeSource()
        let scripted = ScriptedAttempts([.init(events: [], error: overload)])
        let provider = RetryingProvider(scripted, policy: RetryPolicy(), time: time, entropy: ZeroEntropy())
        let request = request
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await provider.respond(to: request) { _ in } }
            await time.waitForSleepers(1)
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(scripted.calls == 1)
    }
}
