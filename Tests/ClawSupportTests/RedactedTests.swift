import ClawSupport
import Testing

struct RedactedTests {
    /// S25: neither a part nor the length of a secret makes a difference, and no secret equals nothing.
    @Test func s25_comparingTakesTheWholeSecret() {
        let secret = Redacted("correct horse")
        #expect(secret.matches("correct horse"))
        for guess in [
            "", "c", "correct hors", "correct horse ", "Correct horse", String(repeating: "x", count: 100_000),
        ] {
            #expect(!secret.matches(guess), "\(guess.prefix(20))")
            #expect(!constantTimeEqual(guess, "correct horse") && constantTimeEqual(guess, guess))
        }
        #expect("\(secret) \([secret])" == "[redacted] [[redacted]]")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("horse"))
    }
}
