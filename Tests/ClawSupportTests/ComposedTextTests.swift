import ClawSupport
import Testing

struct ComposedTextTests {
    private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// By scalars: equal strings of Swift may be spelled differently.
    @Test func eachLetterHasOneSpelling() {
        #expect(scalars("e\u{301}".composed) == [0xE9])
        #expect(scalars("\u{212B}".composed) == [0xC5])
        #expect(scalars("q\u{323}\u{307}".composed) == scalars("q\u{307}\u{323}".composed))
        #expect(scalars("\u{1112}\u{1161}\u{11AB}".composed) == [0xD55C])
        for same in ["", "plain", "\u{E9}t\u{E9}", "\u{2126}x".composed, "👩‍🚀", "日本"] {
            #expect(scalars(same.composed) == scalars(same))
        }
    }
}
