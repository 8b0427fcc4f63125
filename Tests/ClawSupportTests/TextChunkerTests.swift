import ClawSupport
import Testing

struct TextChunkerTests {
    private func split(_ text: String, _ limit: Int, paragraphs: Bool = false) -> [String] {
        TextChunker(limit: limit, splitsParagraphs: paragraphs).split(text)
    }

    @Test func shortTextStaysWhole() {
        #expect(split("Hello.", 100) == ["Hello."])
        #expect(split("", 100).isEmpty)
        #expect(split(" \n ", 100).isEmpty)
        #expect(split("```\nnever closed", 100) == ["```\nnever closed"])
    }

    @Test func theBestBreakWins() {
        #expect(split("One two.\n\nThree four five six.", 20) == ["One two.", "Three four five six."])
        #expect(split("One two three\nfour five six seven", 20) == ["One two three", "four five six seven"])
        #expect(split("One two. Three four five six", 20) == ["One two.", "Three four five six"])
        #expect(split("One two three four five", 12) == ["One two", "three four", "five"])
        #expect(split("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    }

    @Test func aParagraphCanBeAChunk() {
        #expect(
            split("a\n\nb\nc\n\n```\nx\n\ny\n```\n\nd", 100, paragraphs: true) == [
                "a", "b\nc", "```\nx\n\ny\n```", "d",
            ])
    }

    @Test func fencesAreClosedAndOpenedAgain() {
        let text = "Code:\n```swift\nlet a = 1\nlet b = 2\nlet c = 3\n```\nDone."
        #expect(
            split(text, 36) == [
                "Code:\n```swift\nlet a = 1\n```", "```swift\nlet b = 2\nlet c = 3\n```", "Done.",
            ])
    }

    @Test func bytesCanBeCounted() {
        #expect(TextChunker(limit: 6, unit: .utf8Bytes).split("äöüäöü") == ["äöü", "äöü"])
        #expect(TextChunker(limit: 1, unit: .utf8Bytes).split("äb") == ["ä", "b"])
    }

    /// No chunk is longer than the limit, every fence is closed in its chunk, and no word is lost.
    @Test func anyTextIsSplitWithoutLoss() {
        var state: UInt64 = 5
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "word", "longer word", ". ", "\n", "\n\n", "```\n", "```swift\n", " ", "é", "x\n", "~~~\n", "end.",
        ]
        for round in 0..<2000 {
            let text = (0..<random(60)).map { _ in pieces[random(pieces.count)] }.joined()
            let limit = 24 + random(60)
            let chunks = split(text, limit, paragraphs: round % 3 == 0)
            for chunk in chunks {
                #expect(chunk.count <= limit, "\(chunk.debugDescription) over \(limit) in \(text.debugDescription)")
                #expect(!chunk.isEmpty)
            }
            let letters = { (text: String) in text.filter { $0.isLetter && !"swift".contains($0) } }
            #expect(letters(chunks.joined()) == letters(text), "\(text.debugDescription) \(limit)")
        }
    }
}
