import ClawCore
import ClawGateway
import ClawSupport
import ClawTestKit
import Testing

/// `secrets.reload` (gateway-methods §6).
struct SecretsReloadTests {
    @Test func theAnswerCountsWhatWasPassedOverAndAFailureIsUnavailable() async throws {
        let bench = try MethodBench()
        var text = await bench.transcript(SecretsReload { 2 }, [[:], ["x": 1], []])
        text += await bench.transcript(
            SecretsReload { throw ClawError(.configInvalid, "A secret cannot be taken.", hint: "Do something.") }, [[:]]
        )
        expectGolden(text, "secrets-reload.txt")
    }
}
