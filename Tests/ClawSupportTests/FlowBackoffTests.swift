import ClawSupport
import ClawTestKit
import Testing

struct FlowBackoffTests {
    private let backoff = Backoff(first: .seconds(1), factor: 2, maximum: .seconds(60), jitter: 0.5)

    @Test func waitsGrowToTheMaximum() {
        let waits = (1...9).map { backoff.delay(attempt: $0, random: 0) }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        #expect(backoff.delay(attempt: 10_000, random: 0) == .seconds(60))
        #expect(backoff.delay(attempt: 0, random: 0) == .seconds(1))
    }

    @Test func jitterOnlyShortens() {
        #expect(backoff.delay(attempt: 2, random: 1) == .seconds(1))
        #expect(backoff.delay(attempt: 2, random: 0.5) == .milliseconds(1500))
        #expect(backoff.delay(attempt: 1, entropy: SequentialEntropy()) == .milliseconds(1000))
        for attempt in 1...20 {
            let wait = backoff.delay(attempt: attempt, entropy: SystemEntropy())
            #expect(wait >= backoff.delay(attempt: attempt, random: 1))
            #expect(wait <= backoff.delay(attempt: attempt, random: 0))
        }
    }
}
